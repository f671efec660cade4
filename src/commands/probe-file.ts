import type * as z from 'zod'
import type {Probe} from '../contract/judgement.ts'
import {UserError} from '../errors.ts'
import {probeSchema} from '../firewall/probe-schema.ts'
import {nameOf, readLines} from './text-file.ts'

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
