import * as z from 'zod'
import type {Probe} from '../contract/judgement.ts'
import {parseDestination} from './destination.ts'
import {HIGHEST_ID} from './owner.ts'
import {notForTcp} from './special-addresses.ts'

const PORT = 'expected a port, a whole number from 1 to 65535'
const PROTOCOL = 'expected "tcp" or "udp"'
const UID = `expected the number of a user, from 0 to ${HIGHEST_ID}`
const GID = `expected the number of a group, or a list of them, from 0 to ${HIGHEST_ID}`
const PROGRAM = 'expected the path of a program'

/** Why a connection cannot be judged for this text; null where it can. Completes "--to is …". */
export function problemOfDestination(text: string): string | null {
  const destination = parseDestination(text)
  if (!destination) return 'neither an address nor a CIDR'
  const kind = notForTcp(destination)
  return kind && `${kind}, to which TCP does not connect`
}

const group = z.int(GID).min(0, GID).max(HIGHEST_ID, GID)

/** Loose: a probe file may carry notes of its own. */
export const probeSchema: z.ZodType<Probe> = z.looseObject(
  {
    to: z.string('expected an address or a CIDR').superRefine((text, {addIssue}) => {
      const problem = problemOfDestination(text)
      if (problem !== null) addIssue(`${JSON.stringify(shorten(text))} is ${problem}`)
    }),
    port: z.int(PORT).min(1, PORT).max(65535, PORT),
    protocol: z.enum(['tcp', 'udp'], PROTOCOL).optional(),
    uid: z.int(UID).min(0, UID).max(HIGHEST_ID, UID).optional(),
    gid: z.union([group, z.array(group).min(1, GID)], GID).optional(),
    program: z
      .string(PROGRAM)
      .regex(/^[^\0]+$/, PROGRAM)
      .optional(),
  },
  'expected an object like {"to": "10.20.0.0/16", "port": 1500}',
)

const LONGEST_QUOTE = 100

function shorten(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}
