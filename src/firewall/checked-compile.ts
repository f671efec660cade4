import * as z from 'zod'
import type {Judgement, Probe} from '../contract/judgement.ts'
import {type CompiledFirewall, compileFirewall} from './compile.ts'
import type {RecordWalk} from './evaluate/trace.ts'
import {parseDestination} from './model/destination.ts'
import {HIGHEST_ID} from './model/socket-owner.ts'
import {notForTcp} from './model/special-addresses.ts'
import {type FirewallState, firewallState} from './state/state.ts'

/** An argument of the programmatic interface is not what it has to be. The message names the member at fault. */
export class InvalidInputError extends Error {
  /** From the argument on: `state.interfaces.eth0.0`, `probe.port`. */
  readonly field: string
  /** What it has to be, or what is wrong with it. */
  readonly problem: string

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`)
    this.name = 'InvalidInputError'
    this.field = field
    this.problem = problem
  }
}

/**
 * Prepares a captured firewall state for judging. Nothing is read from this machine. What a later version of this tool
 * added to the state may be missing: what depends on it is then unknown.
 *
 * @throws InvalidInputError for what is no such state; so does `judge` for what is no probe
 */
export function compileChecked(state: FirewallState): CompiledFirewall {
  const {judge, ownerRules, programs} = compileFirewall(checked('state', firewallState, state))
  return {
    ownerRules,
    programs,
    judge: (probe: Probe, record?: RecordWalk): Judgement =>
      judge(checked('probe', probeSchema, probe), record),
  }
}

function checked<T>(argument: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = [argument, ...(issue?.path ?? [])].join('.')
  throw new InvalidInputError(field, issue?.message ?? 'not valid')
}

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
