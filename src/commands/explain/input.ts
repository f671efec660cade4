import * as z from 'zod'
import {UserError} from '../../contract/errors.ts'
import type {Probe} from '../../contract/judgement.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {probeSchema} from '../../firewall/checked-compile.ts'
import {type FirewallState, firewallState} from '../../firewall/state/state.ts'
import {nameOf, parseJson, readLines, readTextFile} from '../text-file.ts'

const PROBE_FILE = {
  what: 'probe file',
  // They are answered as they come, so that their number is no matter of memory.
  largestMib: 64 * 1024,
  instead: 'use JSON Lines like {"to": "10.20.0.0/16", "port": 1500}',
} as const

/**
 * Reads probes as they come, one JSON object a line; `-` is standard input. Empty lines are passed over. Throws
 * `UserError` that names the line which is no probe, before those that came with it, and for a file without any.
 */
export async function* readProbes(path: string): AsyncGenerator<readonly Probe[], void> {
  const file = {...PROBE_FILE, path}
  const name = nameOf(file)
  let number = 0
  let isEmpty = true
  for await (const lines of readLines(file)) {
    const probes = lines.flatMap(line => {
      number++
      if (line.trim() === '') return []
      const parsed = probeSchema.safeParse(parseLine(line, number, name))
      if (!parsed.success) throw invalid(number, name, problemOf(parsed.error))
      return [parsed.data]
    })
    isEmpty &&= probes.length === 0
    yield probes
  }
  if (isEmpty) throw new UserError(`The probe file ${name} contains no probe: ${PROBE_FILE.instead}.`)
}

function parseLine(line: string, number: number, name: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw invalid(number, name, 'not JSON')
  }
}

function problemOf({issues: [issue]}: z.ZodError): string {
  const place = issue?.path.join('.') ?? ''
  return `${place === '' ? '' : `${place}: `}${issue?.message ?? 'unknown problem'}`
}

function invalid(number: number, name: string, problem: string): UserError {
  return new UserError(
    `Line ${number} of the probe file ${name} is not a probe (${problem}): ${PROBE_FILE.instead}, one per line.`,
  )
}

// Not `await import('zod')`: a bundler keeps the whole of a namespace that is imported so, for every command.

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
