import type {CheckOptions} from '../contract/check-options.ts'
import {commandLine, powerShellString, shellOf} from '../contract/command-line.ts'
import type {Finding} from '../contract/finding.ts'
import type {HostFacts, Privileges} from '../contract/host.ts'
import type {Command} from '../contract/remedy.ts'
import {proxyWithPlaceholders} from '../options/proxy-placeholders.ts'
import {proxyOption, textOption} from './options.ts'
import type {Report} from './report.ts'

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

/**
 * What a person types to install the agent: download (unless this run kept the file), credentials, command. The secret
 * key is read without echo, so that it reaches neither the shell's history nor the process list.
 */
export function installLines(report: Report): readonly string[] {
  const {installCommand} = report
  if (installCommand === null) return []
  return report.host?.platform === 'win32'
    ? windowsLines(report, installCommand)
    : linuxLines(report, installCommand)
}

function linuxLines(report: Report, command: Command): readonly string[] {
  const isProgram = keptInstaller(report.findings) !== null
  const installer = isProgram
    ? undefined
    : command.find(word => word.endsWith('/aws-replication-installer-init'))
  return [
    ...downloadCommand(report, 'curl').map(download => shellLine(download, 'linux')),
    ...(installer === undefined ? [] : [shellLine(['chmod', '+x', installer], 'linux')]),
    "read -rp 'Access key ID: ' AWS_ACCESS_KEY_ID",
    "read -rsp 'Secret access key: ' AWS_SECRET_ACCESS_KEY",
    'export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
    shellLine(command, 'linux'),
  ]
}

function windowsLines(report: Report, command: Command): readonly string[] {
  const proxy = proxyOption(report)
  return [
    ...downloadCommand(report, 'curl.exe').map(download => shellLine(download, 'win32')),
    ...(proxy === null ? [] : [`$env:https_proxy = ${powerShellString(proxy)}`]),
    "$env:AWS_ACCESS_KEY_ID = Read-Host 'Access key ID'",
    "$secret = Read-Host 'Secret access key' -AsSecureString",
    "$env:AWS_SECRET_ACCESS_KEY = [Net.NetworkCredential]::new('', $secret).Password",
    shellLine(command, 'win32'),
  ]
}

function downloadCommand(report: Report, curl: string): readonly Command[] {
  const url = report.findings.find(({check}) => check === 'installer-download')?.target
  if (url === undefined || url === null || textOption(report, 'outputInstaller') !== null) return []
  if (keptInstaller(report.findings) !== null) return []
  const proxy = proxyOption(report)
  return [[curl, '-fO', ...(proxy === null ? [] : ['-x', proxy]), url]]
}

type KeptInstaller = {
  readonly path: string
  /** ISO 8601, UTC. */
  readonly verifiedAt: string
}

/** The file that a person had the verified installer kept in, other than by `--output-installer`; null without one. */
export function keptInstaller(
  findings: readonly Pick<Finding, 'check' | 'evidence'>[],
): KeptInstaller | null {
  for (const {check, evidence} of findings) {
    const {storedAs: path, verifiedAt} = evidence
    if (check === 'installer-download' && path && verifiedAt) return {path, verifiedAt}
  }
  return null
}

/** What a person relies on who runs it. */
export function verifiedSentence({path, verifiedAt}: KeptInstaller): string {
  return `Verified: SHA-512 of ${path} matched on ${verifiedAt.slice(0, 10)} at ${verifiedAt.slice(11, 16)} UTC.`
}

/** A command as a person pastes it on that platform: into a POSIX shell, or into PowerShell. */
export function shellLine(command: Command, platform: HostFacts['platform']): string {
  return commandLine(command, shellOf(platform))
}
