import {powerShellString} from '../contract/command-line.ts'
import type {Report, ReportFinding} from './report.ts'
import {proxyOption} from './report-options.ts'

/** What follows from the ways that TCP 443 was measured on, and how the installer learns of the one that works. */
export function proxyConclusions(report: Report): readonly string[] {
  const drs = report.findings.find(({check, evidence}) => check === 'drs-endpoint' && evidence.layers)
  if (!drs) return []
  const isWindows = report.host?.platform === 'win32'
  return [...withProxy(drs, proxyOption(report), isWindows), ...withoutProxy(drs, isWindows), ...onEc2(drs)]
}

function withProxy(
  {code, evidence}: ReportFinding,
  proxy: string | null,
  isWindows: boolean,
): readonly string[] {
  const direct = codeOf(evidence.direct)
  if (proxy === null || direct === null) return []
  const form = isWindows ? assignment(proxy) : `--proxy-address ${proxy}, or https_proxy with sudo -E`
  const worked = code === 'ok'
  if (direct === 'ok') {
    return [
      worked
        ? `TCP 443 works with and without the proxy; the installer uses the proxy only if you set it (${form}).`
        : 'TCP 443 works without the proxy: omit the proxy here and in the installer, or have it fixed.',
    ]
  }
  if (!worked) return []
  return [
    `TCP 443 works only through the proxy, so set it for the installer (${form}). TCP 1500 never uses a proxy and needs a direct path to the staging area subnet.`,
  ]
}

function withoutProxy({evidence}: ReportFinding, isWindows: boolean): readonly string[] {
  const settings: readonly unknown[] = Array.isArray(evidence.proxySettings) ? evidence.proxySettings : []
  return settings.flatMap(setting => {
    if (typeof setting !== 'object' || setting === null || !('url' in setting) || !('from' in setting))
      return []
    const {from, url} = setting
    if ('isScript' in setting) {
      return [
        `A proxy script is set in ${from} (${url}), which neither this run nor the installer reads: find the HTTPS proxy in it, and pass it with --proxy-address.`,
      ]
    }
    if (isWindows) {
      return [
        `A proxy is set in ${from}, which this run did not use. To use it, run with --proxy-address ${url}, and set ${assignment(String(url))} for the installer.`,
      ]
    }
    return [
      `${from} sets a proxy, which this run did not use and the installer would not see. To use it, pass --proxy-address ${url} to both.`,
    ]
  })
}

/** How the installer learns of a proxy on Windows: in the environment of the PowerShell that starts it. */
function assignment(url: string): string {
  return `$env:https_proxy = ${powerShellString(url)}`
}

function onEc2({evidence}: ReportFinding): readonly string[] {
  if (evidence.endpointOnEc2 !== true) return []
  return [
    'On EC2 instances AWS advises against --endpoint, because it can prevent failback: enable private DNS for the VPC endpoint, and omit --endpoint.',
  ]
}

function codeOf(direct: unknown): string | null {
  if (typeof direct !== 'object' || direct === null || !('code' in direct)) return null
  return typeof direct.code === 'string' ? direct.code : null
}
