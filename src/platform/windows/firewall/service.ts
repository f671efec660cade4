import {describeResult, type RunCommand} from '../../command.ts'
import {CONSOLE_QUESTION_MS} from '../time-limits.ts'

/** SERVICE_STOPPED. Source: SERVICE_STATUS structure (winsvc.h). */
const STOPPED = 1

export type ServiceState = {readonly state: 'running' | 'stopped'; readonly unreadable: string | null}

/** Windows Firewall, and what enforces its rules: the Base Filtering Engine. */
export type ServiceName = 'MpsSvc' | 'BFE'

/**
 * Whether a service runs. Its state is the second number that `sc query` prints, after the type,
 * whatever the words around it. In doubt it runs, and `unreadable` says why that is not sure.
 */
export async function readService(
  name: ServiceName,
  run: RunCommand,
  signal?: AbortSignal,
): Promise<ServiceState> {
  const command = ['sc.exe', 'query', name] as const
  const result = await run(command, {timeoutMs: CONSOLE_QUESTION_MS, ...(signal ? {signal} : {})})
  if (result.kind !== 'exited' || result.code !== 0)
    return {state: 'running', unreadable: describeResult(command, {...result, ...SILENT})}
  const state = stateIn(result.stdout)
  if (state === null)
    return {state: 'running', unreadable: `\`${command.join(' ')}\` did not print the service state`}
  return {state: state === STOPPED ? 'stopped' : 'running', unreadable: null}
}

/** What it says when it fails is in the host's language, and in a code page of its own. */
const SILENT = {stdout: '', stderr: ''} as const

/** Reads `STATE : 4  RUNNING`, the second such line; null where there is none. */
export function stateIn(output: string): number | null {
  const numbers = [...output.matchAll(/:\s+([0-9a-f]+)\s+[A-Z_]{2,}/g)].map(match => match[1])
  return numbers[1] !== undefined && /^\d+$/.test(numbers[1]) ? Number(numbers[1]) : null
}
