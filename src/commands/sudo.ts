import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import {commandLine} from '../contract/command-line.ts'
import type {ExitCode} from '../contract/exit-codes.ts'
import type {Command} from '../contract/remedy.ts'
import {printableLine} from '../lib/printable.ts'
import type {RunOptions} from '../options/resolve.ts'
import {readLinuxPrivileges} from '../platform/linux/privileges.ts'
import {redactProxy} from '../platform/network/proxy/address.ts'
import {searchPath} from '../platform/process/search-path.ts'
import {selfCommand} from '../platform/process/self-command.ts'
import {askYesNo} from './ask-yes-no.ts'

/** What this tool reads from the environment, and sudo would not hand on. */
const HANDED_ON = [
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CA_BUNDLE',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'NO_COLOR',
  'ACCESSIBLE',
  'INK_SCREEN_READER',
]

/**
 * Offers a user who may not change the firewall to go on as root. Asked on the plain terminal, before the wizard takes
 * it: sudo reads the password from there itself.
 *
 * @returns the exit code of the run under sudo; null to go on as this user
 * @throws Interrupted on Ctrl-C and at the end of input
 */
export async function goOnWithSudo(
  options: RunOptions,
  environment: NodeJS.ProcessEnv,
): Promise<ExitCode | null> {
  // sudo gives root nothing that it lacks.
  if (process.platform !== 'linux' || process.getuid?.() === 0) return null
  const {elevated, user, sudoInstalled} = await readLinuxPrivileges()
  if (elevated || !sudoInstalled) return null
  if (holdsSecret(options)) {
    process.stderr.write(
      'Continuing without root: sudo logs the commands it runs, and this one contains the password of the ' +
        'proxy. To continue with sudo, set HTTPS_PROXY instead of --proxy-address.\n',
    )
    return null
  }
  const given = HANDED_ON.filter(name => environment[name] !== undefined)
  const command = underSudo(given)
  process.stderr.write(
    `Only root can read and change the firewall, and you are ${printableLine(user)}. Without root, only the paths are tested.\n` +
      `  ${printableLine(commandLine(command))}\n`,
  )
  if (!(await askYesNo('Continue with this command?'))) return null
  if ((await runHere(['sudo', '-v'])) !== 0) {
    process.stderr.write('sudo failed; continuing without root.\n')
    return null
  }
  if (given.length === 0 || (await runHere(probe(given), 'ignore')) === 0) return runHere(command)
  process.stderr.write(`sudo does not pass on ${given.join(', ')}: use flags instead if you need them.\n`)
  return runHere(underSudo([]))
}

/** Whether a flag of this run must not be seen by others. */
function holdsSecret({proxy, sources}: RunOptions): boolean {
  return (
    proxy !== null && sources.get('proxy-address')?.kind === 'flag' && redactProxy(proxy.url) !== proxy.url
  )
}

function underSudo(variables: readonly string[]): Command {
  return ['sudo', '-n', ...preserve(variables), '--', ...selfCommand(), ...process.argv.slice(2)]
}

/** Whether the sudoers policy lets this user hand variables on. */
function probe(variables: readonly string[]): Command {
  return ['sudo', '-n', ...preserve(variables), '--', 'true']
}

function preserve(variables: readonly string[]): readonly string[] {
  return variables.length === 0 ? [] : [`--preserve-env=${variables.join(',')}`]
}

/** Runs a program on this terminal; its exit code, or 128 and the signal that ended it. Ctrl-C is its own to answer. */
function runHere([program, ...args]: Command, output: 'inherit' | 'ignore' = 'inherit'): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const env = {...process.env, PATH: searchPath(process.env.PATH).path}
    const child = spawn(program, args, {stdio: ['inherit', output, output], env})
    const leaveToChild = () => {}
    const handOn = (signal: NodeJS.Signals) => child.kill(signal)
    process.on('SIGINT', leaveToChild)
    process.on('SIGHUP', handOn)
    process.on('SIGTERM', handOn)
    const settle = (conclude: () => void) => {
      process.off('SIGINT', leaveToChild)
      process.off('SIGHUP', handOn)
      process.off('SIGTERM', handOn)
      conclude()
    }
    child.on('error', error => settle(() => reject(error)))
    child.on('close', (code, signal) => {
      const ended = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
      settle(() => resolve(ended as ExitCode))
    })
  })
}
