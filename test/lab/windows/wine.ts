import {execFileSync} from 'node:child_process'
import {copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {decodeConsole} from '../../../src/platform/windows/console-text.ts'
import {parseRegistryFile} from '../../../src/platform/windows/registry-file.ts'
import type {Terminal, TerminalSize} from '../../pty/terminal.ts'
import type {Argv, RunOptions, RunResult} from '../lib/host.ts'
import type {Lab} from '../lib/lab.ts'
import {CLI} from '../lib/paths.ts'
import {NODE_EXE} from './node-exe.ts'
import {type RegistryContent, registryFile} from './registry-file.ts'

export const POLICY =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'
export const GROUP_POLICY = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall'
/** The hive that only an elevated process may open. */
export const ELEVATED = 'HKEY_USERS\\S-1-5-19'

/** Where `netsh winhttp set proxy` writes. */
export const CONNECTIONS =
  'HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\\Connections'

/** Of one network adapter: `Connection` below it has its name. */
export const ADAPTER =
  'HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\{6C6F6361-6C00-4000-8000-000000000001}'

const CLEARED = [POLICY, GROUP_POLICY, ELEVATED, CONNECTIONS, ADAPTER, 'HKEY_USERS\\S-1-5-18']

/**
 * The lab's source server as a Windows host: its registry and its `reg.exe` are wine's, the rest of its tools stand
 * in.
 */
export type WindowsHost = {
  /** Runs the built program with `node.exe` to its end. */
  drsOnboard(args: readonly string[], options?: WindowsRunOptions): Promise<RunResult>
  /** Path of a file of the host, as Linux and as Windows sees it. */
  file(name: string): {readonly path: string; readonly windows: string}
  /** Puts a stand-in for this program into the directory that programs are run in. */
  plant(program: string): void
  /** The same in a pipe: node.exe writes into it, and another one reads it into a file. */
  drsOnboardInPipe(args: readonly string[]): Promise<Buffer>
  /** The same on a terminal; when it has ended, `stty` says what it has left there. */
  openDrsOnboard(args: readonly string[], size: TerminalSize): Promise<Terminal>
  /** Replaces all that a test may have put into the registry before. */
  setRegistry(content: RegistryContent): Promise<void>
  /** Runs a program of Windows to its end. */
  run(argv: readonly string[]): Promise<RunResult>
  /** The text of a local rule, null where there is none. */
  rule(id: string): Promise<string | null>
  /** Another text for a local rule, as somebody else may give it. */
  setRule(id: string, text: string): Promise<void>
  ruleIds(): Promise<readonly string[]>
  /** Id and text of every local rule. */
  rules(): Promise<readonly (readonly [string, string])[]>
  /** What Windows reports about networks: `profile|2|eth0` is the domain's, `route|0.0.0.0/0|10.9.0.1|25|eth0`, `adapter|{…}|6`. */
  setNetwork(lines: readonly string[]): void
  /** The calls of the stand-ins since the last question, each a line. */
  calls(): readonly string[]
}

export type WindowsRunOptions = RunOptions & {
  /** A host without `powershell.exe`. */
  readonly withoutPowerShell?: boolean
  /** Keys that contain this may not be read. */
  readonly denied?: string
  /** Calls with an argument that contains this fail, and change nothing. */
  readonly fails?: string
}

const PIPE_READER = `import {createWriteStream} from 'node:fs'
process.stdin.pipe(createWriteStream(process.argv[2]))
`

/**
 * Makes a wine prefix in the lab's directory, which goes with the lab. Takes some seconds.
 *
 * @param program what the product is started as; the built one, unless given
 */
export async function startWindowsHost(
  {source, directory, certificates}: Lab,
  program: Argv = [NODE_EXE, windowsPath(CLI)],
): Promise<WindowsHost> {
  const at = (name: string) => join(directory, 'wine', name)
  const standIn = buildStandIns(at)
  const env = {
    WINEPREFIX: at('prefix'),
    WINEDEBUG: '-all',
    // No browser engine, no .NET: both would ask whether to download them.
    WINEDLLOVERRIDES: 'mscoree=;mshtml=',
    WINEPATH: ['bin', 'powershell'].map(name => windowsPath(at(name))).join(';'),
    AWS_CA_BUNDLE: windowsPath(certificates.caFile),
  }
  const inWine = (argv: readonly string[]): Argv => ['wine', ...argv]
  // A pipe of unix is none for a Windows program.
  const intoFiles = (argv: Argv): Argv => [
    'sh',
    '-c',
    '"$@" <"$0.in" >"$0.out" 2>"$0.err"',
    at('said'),
    ...argv,
  ]
  const run = async (argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
    writeFileSync(at('said.in'), options.input ?? '')
    const {code} = await source.run(intoFiles(inWine(argv)), {
      ...options,
      env: {...env, ...options.env},
      workingDirectory: at('here'),
    })
    return {code, stdout: said('out'), stderr: said('err')}
  }
  // Programs of the console speak its code page, wine's being 437; the program itself UTF-8.
  const said = (stream: 'out' | 'err') => decodeConsole(readFileSync(at(`said.${stream}`), 'latin1'), 437)
  const must = async (argv: readonly string[]): Promise<string> => {
    const {code, stdout, stderr} = await run(argv)
    if (code !== 0) throw new Error(`wine ${argv.join(' ')} ended with ${code}: ${stdout}${stderr}`)
    return stdout
  }
  // A key of HKEY_USERS that belongs to nobody goes with the server, which else ends soon after the last program.
  await source.run(['sh', '-c', 'wineserver -p >&- 2>&-'], {env})
  await must(['wineboot', '-i'])
  await must(['winecfg', '-v', 'win10'])
  // It does nothing, and says that it has done it.
  rmSync(at('prefix/drive_c/windows/system32/WindowsPowerShell'), {recursive: true, force: true})
  // A file in UTF-16 has every name as it is.
  const rules = async () => {
    await must(['reg', 'export', `${POLICY}\\FirewallRules`, windowsPath(at('rules.reg')), '/y'])
    const keys = parseRegistryFile(readFileSync(at('rules.reg')))
    return (keys?.[0]?.values ?? []).map(({name, data}) => [name, data] as const)
  }
  return {
    drsOnboard: async (args, {denied, fails = denied, withoutPowerShell = false, ...options} = {}) => {
      const directories = [
        ...(denied === undefined ? [] : ['reg']),
        'bin',
        ...(withoutPowerShell ? [] : ['powershell']),
      ]
      const WINEPATH = directories.map(name => windowsPath(at(name))).join(';')
      if (fails !== undefined) writeFileSync(at('fail'), fails)
      const ended = await run([...program, ...args], {...options, env: {WINEPATH, ...options.env}})
      rmSync(at('fail'), {force: true})
      return ended
    },
    async drsOnboardInPipe(args) {
      writeFileSync(at('read.mjs'), PIPE_READER)
      const quoted = (words: readonly string[]) => words.map(word => `"${word}"`).join(' ')
      const reader = [windowsPath(NODE_EXE), windowsPath(at('read.mjs')), windowsPath(at('piped'))]
      const writer = [windowsPath(NODE_EXE), ...program.slice(1), ...args]
      writeFileSync(at('pipe.cmd'), `@${quoted(writer)} | ${quoted(reader)}\r\n`)
      await must(['cmd', '/c', windowsPath(at('pipe.cmd'))])
      return readFileSync(at('piped'))
    },
    file: name => ({path: at(name), windows: windowsPath(at(name))}),
    plant: name => copyFileSync(standIn, join(at('here'), name)),
    openDrsOnboard: (args, size) =>
      source.openTerminal(
        [
          'sh',
          '-c',
          'trap : INT; "$@"; code=$?; stty -a; exit $code',
          'sh',
          ...inWine([...program, ...args]),
        ],
        {...size, env: {...env, TERM: 'xterm-256color'}, workingDirectory: at('here')},
      ),
    async setRegistry(content) {
      writeFileSync(at('seed.reg'), registryFile(content, CLEARED))
      await must(['reg', 'import', windowsPath(at('seed.reg'))])
      rmSync(at('prefix/drive_c/ProgramData/drs-onboard'), {recursive: true, force: true})
      rmSync(at('network'), {force: true})
      rmSync(at('calls'), {force: true})
    },
    run: argv => run(argv),
    rule: async id => (await rules()).find(([name]) => name === id)?.[1] ?? null,
    rules,
    async setRule(id, text) {
      writeFileSync(at('rule.reg'), registryFile({[`${POLICY}\\FirewallRules`]: {[id]: text}}))
      await must(['reg', 'import', windowsPath(at('rule.reg'))])
    },
    ruleIds: async () => (await rules()).map(([id]) => id),
    setNetwork: lines => writeFileSync(at('network'), lines.map(line => `${line}\r\n`).join('')),
    calls() {
      if (!existsSync(at('calls'))) return []
      const lines = readFileSync(at('calls'), 'utf8').trim().split(/\r?\n/)
      rmSync(at('calls'))
      return lines
    },
  }
}

export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`
}

/** Where each of them is: PowerShell and `reg.exe` can be left out. */
const STAND_INS = {bin: ['netsh.exe', 'sc.exe'], powershell: ['powershell.exe'], reg: ['reg.exe'], here: []}

function buildStandIns(at: (name: string) => string): string {
  const source = fileURLToPath(new URL('stand-in.c', import.meta.url))
  for (const directory of Object.keys(STAND_INS)) mkdirSync(at(directory), {recursive: true})
  const program = at('stand-in.exe')
  execFileSync('x86_64-w64-mingw32-gcc', ['-O1', '-Wall', '-Werror', '-municode', '-o', program, source])
  for (const [directory, names] of Object.entries(STAND_INS))
    for (const name of names) copyFileSync(program, join(at(directory), name))
  return program
}
