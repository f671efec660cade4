import type {CheckOptions} from '../contract/check-options.ts'
import type {HostFacts, Privileges} from '../contract/host.ts'
import type {Command} from '../contract/remedy.ts'
import {proxyWithPlaceholders} from '../options/proxy-placeholders.ts'

const LINUX_INSTALLER = 'aws-replication-installer-init'
/** Windows 2012 and older have installers of their own, but no Node.js that could run this tool. */
const WINDOWS_INSTALLER = 'AwsReplicationWindowsInstaller.exe'

/** The agent is built for x86-64 only. */
const SUPPORTED_MACHINES = ['x86_64', 'amd64', 'x64']

type Target = Pick<HostFacts, 'platform' | 'arch'>

/**
 * The command that installs the agent on this host after a run that found it ready, or null where there is none.
 *
 * Credentials are not part of it: on a command line every user of the host could read them in the process list. The
 * installer takes them from the environment, on Linux through `sudo -E`; `installLines` asks for them without echo.
 * Without `privileges`, sudo is taken to be there. `kept` is the file of an installer that was kept in another place than
 * the run's options say.
 * Source: AWS DRS User Guide, "Installer parameters" and "Installing the agent on Linux / Windows".
 */
export function installCommand(
  host: Target,
  options: CheckOptions,
  privileges: Pick<Privileges, 'sudoInstalled'> | null = null,
  kept: string | null = null,
): Command | null {
  if (options.region === null || !SUPPORTED_MACHINES.includes(host.arch.toLowerCase())) return null
  const flags = [
    '--region',
    options.region,
    ...(options.endpoint === null ? [] : ['--endpoint', options.endpoint]),
    ...(options.s3Endpoint === null ? [] : ['--s3-endpoint', options.s3Endpoint]),
    ...(options.dualstack ? ['--dualstack'] : []),
  ]
  const directory = (options.outputInstaller ?? '.').replace(/[\\/]+$/, '')
  if (host.platform === 'win32') {
    // No --proxy-address here: AWS documents it for the Linux installer only, on Windows the environment carries it.
    return [kept ?? `${directory}\\${WINDOWS_INSTALLER}`, ...flags, '--no-prompt']
  }
  const proxy = options.proxy === null ? [] : ['--proxy-address', proxyWithPlaceholders(options.proxy.url)]
  const installer = kept ?? `${directory}/${LINUX_INSTALLER}`
  const run: Command = [installer, ...flags, ...proxy, '--no-prompt']
  return privileges?.sudoInstalled === false ? run : ['sudo', '-E', ...run]
}
