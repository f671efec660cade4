import {powerShellString} from '../contract/command-line.ts'
import type {Command} from '../contract/remedy.ts'
import {keptInstaller} from './kept-installer.ts'
import type {Report} from './report.ts'
import {proxyOption, textOption} from './report-options.ts'
import {shellLine} from './shell-line.ts'

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
