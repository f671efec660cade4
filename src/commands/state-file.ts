// Not `await import('zod')`: a bundler keeps the whole of a namespace that is imported so, for every command.
import * as z from 'zod'
import {ownCommandText} from '../contract/own-command.ts'
import {UserError} from '../errors.ts'
import {type FirewallState, firewallState} from '../firewall/state.ts'
import {nameOf, parseJson, readTextFile} from './text-file.ts'

const SCHEMA_VERSION = 1

const STATE_FILE = {
  what: 'firewall state',
  // 100,000 rules make some 20 MB, in two engines and formats.
  largestMib: 256,
  instead: `use the output of \`${ownCommandText('capture')}\``,
} as const

/**
 * Reads a captured firewall state; `-` is standard input. Throws `UserError` for what cannot be read, is no such
 * document, or was captured by a later version whose format this one does not know.
 */
export async function readStateFile(path: string): Promise<FirewallState> {
  const file = {...STATE_FILE, path}
  const document = parseJson(await readTextFile(file), file)
  const name = nameOf(file)
  requireKnownVersion(document, name)
  const parsed = firewallState.safeParse(document)
  if (parsed.success) return parsed.data
  throw new UserError(
    `The firewall state ${name} is not valid (${firstProblem(parsed.error)}): ${STATE_FILE.instead}.`,
  )
}

const versioned = z.looseObject({schemaVersion: z.number()})

function requireKnownVersion(document: unknown, name: string): void {
  const parsed = versioned.safeParse(document)
  if (!parsed.success || parsed.data.schemaVersion <= SCHEMA_VERSION) return
  throw new UserError(
    `The firewall state ${name} has schemaVersion ${parsed.data.schemaVersion}, and this drs-onboard reads ${SCHEMA_VERSION}: use a newer drs-onboard.`,
  )
}

function firstProblem({issues}: z.ZodError): string {
  const [issue] = issues
  const place = issue?.path.join('.') ?? ''
  return `${place === '' ? '' : `${place}: `}${issue?.message ?? 'unknown problem'}`
}
