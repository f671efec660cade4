import type {RunCommand} from '../command.ts'
import {parseRegQuery, valueNamed} from './registry-text.ts'
import {CONSOLE_QUESTION_MS} from './time-limits.ts'

const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage'

/**
 * The code page that console programs print in (OEMCP), as the system sets it; null: not known.
 * Source: Microsoft Learn, "Code Pages"; a hidden console begins with this one (GetConsoleOutputCP).
 */
export async function consoleCodePage(run: RunCommand, signal?: AbortSignal): Promise<number | null> {
  const limits = {timeoutMs: CONSOLE_QUESTION_MS, encoding: 'latin1', ...(signal ? {signal} : {})} as const
  const result = await run(['reg.exe', 'query', KEY], limits)
  const printed = result.kind === 'exited' && result.code === 0 ? result.stdout : ''
  const data = valueNamed(parseRegQuery(printed)[0]?.values ?? [], 'OEMCP')?.data ?? ''
  return /^\d+$/.test(data) ? Number(data) : null
}
