import {powerShellString} from '../contract/command-line.ts'
import type {Report, ReportFinding} from './report.ts'
import {proxyOption} from './report-options.ts'

/** What follows from the ways that TCP 443 was measured on, and how the installer is told of the one that works. */
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
        ? `TCP 443 gets out through the proxy and without it; the installer takes the proxy only where it is told to (${form}).`
        : 'TCP 443 gets out without the proxy: leave the proxy out here and in the installer, or have it mended.',
    ]
  }
  if (!worked) return []
  return [
    `Only the proxy has a way out for TCP 443, so the installer must be told of it (${form}). TCP 1500 is never proxied and needs a direct path to the staging area subnet.`,
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
        `A proxy script is set in ${from} (${url}), which neither this run nor the installer reads: look up there which proxy HTTPS takes, and give this run --proxy-address with it.`,
      ]
    }
    if (isWindows) {
      return [
        `A proxy is set in ${from}, which this run did not use: to use it, give this run --proxy-address ${url}, and the installer ${assignment(String(url))}.`,
      ]
    }
    return [
      `${from} names a proxy, which this run did not use and the installer would not see: to use it, give both --proxy-address ${url}.`,
    ]
  })
}

/** How the installer is told of a proxy on Windows: in the environment of the PowerShell that starts it. */
function assignment(url: string): string {
  return `$env:https_proxy = ${powerShellString(url)}`
}

function onEc2({evidence}: ReportFinding): readonly string[] {
  if (evidence.endpointOnEc2 !== true) return []
  return [
    'This is an EC2 instance, where AWS advises against --endpoint, since it can prevent failback: turn on private DNS for the VPC endpoint, and leave --endpoint out.',
  ]
}

function codeOf(direct: unknown): string | null {
  if (typeof direct !== 'object' || direct === null || !('code' in direct)) return null
  return typeof direct.code === 'string' ? direct.code : null
}
