import type {Command} from '../../../src/contract/remedy.ts'
import type {CommandResult, RunCommand} from '../../../src/platform/process/command.ts'

const RUNNING = 'TYPE : 20  WIN32_SHARE_PROCESS\r\n STATE : 4  RUNNING\r\n'

export type Keys = Readonly<Record<string, readonly string[] | 'denied'>>

/** The programs of a host whose registry holds these keys (values as `reg query` prints them, without the margin). */
export function hostWith(
  keys: Keys,
  programs: Readonly<Record<string, CommandResult | string>> = {},
): RunCommand {
  const printed = (text: string): CommandResult => ({kind: 'exited', code: 0, stdout: text, stderr: ''})
  const failed: CommandResult = {kind: 'exited', code: 1, stdout: '', stderr: 'Zugriff verweigert'}
  const full = (key: string) =>
    key
      .replace('HKLM', 'HKEY_LOCAL_MACHINE')
      .replace('HKU', 'HKEY_USERS')
      .replace('HKCU', 'HKEY_CURRENT_USER')
  const treeOf = (key: string): CommandResult => {
    const inside = Object.entries(keys).filter(([path]) => path === key || path.startsWith(`${key}\\`))
    if (inside.length === 0 || inside.some(([, values]) => values === 'denied')) return failed
    const lines = inside.flatMap(([path, values]) => [
      full(path),
      ...(values === 'denied' ? [] : values).map(value => `    ${value}`),
      '',
    ])
    return printed(['', ...lines].join('\r\n'))
  }
  return async ([program, ...args]: Command) => {
    const other = programs[program]
    if (other !== undefined) return typeof other === 'string' ? printed(other) : other
    if (program === 'sc.exe') return printed(RUNNING)
    if (program !== 'reg.exe') return {kind: 'not-found', program}
    const key = args[1] ?? ''
    if (args.includes('/s')) return treeOf(key)
    const below = Object.keys(keys).filter(path => path.startsWith(`${key}\\`))
    const values = keys[key]
    if (values === 'denied' || (values === undefined && below.length === 0)) return failed
    const names = new Set(below.map(path => path.slice(key.length + 1).split('\\')[0]))
    const lines = (values ?? []).map(value => `    ${value}`)
    return printed(
      ['', full(key), ...lines, '', ...[...names].map(name => `${full(key)}\\${name}`), ''].join('\r\n'),
    )
  }
}
