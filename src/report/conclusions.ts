import {CHECK_IDS, type CheckId, factsOf, pathsBehind} from '../contract/checks.ts'
import {powerShellString} from '../contract/command-line.ts'
import {measuredWay} from '../contract/evidence.ts'
import {type GapReason, gapsOf, outcomeOf} from '../engine/outcome.ts'
import {isInSubnet, parseDestinationAddress} from '../firewall/model/destination.ts'
import type {Found} from './groups.ts'
import {proxyOption, textOption} from './options.ts'
import {fateAtReboot} from './plan.ts'
import type {Report, ReportFinding} from './report.ts'

/**
 * What follows from several findings together, one sentence each: what the run left open, who is to blame when the path
 * fails although the rules of this host let it through, and what a reboot reverts.
 */
export function conclusionsOf(report: Report): readonly string[] {
  return [
    ...leftOpen(report),
    ...CHECK_IDS.flatMap(check => beyondThisHost(report, check)),
    ...proxyConclusions(report),
    ...outsideSubnet(report),
    ...lostByReboot(report),
  ]
}

/** A verdict on a part of what readiness rests on says nothing about the rest. */
function leftOpen({findings}: Report): readonly string[] {
  const sentence = findings.length === 0 ? null : gapSentence(findings)
  return sentence === null ? [] : [sentence]
}

function beyondThisHost({findings}: Report, firewall: CheckId): readonly string[] {
  const port = factsOf(firewall).judges
  const paths = pathsBehind(firewall)
  const rules = findings.filter(({check}) => check === firewall)
  const rulesAllow = rules.length > 0 && rules.every(({status}) => status === 'pass')
  const blocked = findings.filter(finding => paths.includes(finding.check) && stoppedOnTheWay(finding))
  if (!rulesAllow || blocked.length === 0) return []
  return [`The network blocks TCP ${port}: the host firewall allows the connection and its replies.`]
}

/** Whether the connection was stopped by something that a firewall on the way could have done. */
function stoppedOnTheWay({status, owner, code}: ReportFinding): boolean {
  return status === 'fail' && owner === 'network-team' && /^(tcp\.|tls\.(reset|timeout)$)/.test(code)
}

function outsideSubnet(report: Report): readonly string[] {
  const outside = outsideStagingSubnet(report)
  if (outside.length === 0) return []
  return [
    `The replication server (${outside.join(', ')}) is not in the staging area subnet ${textOption(report, 'stagingSubnet')}: one of the two is wrong.`,
  ]
}

function lostByReboot({applied}: Report): readonly string[] {
  const kept = applied.filter(({result}) => result === 'kept')
  const lost = kept.filter(each => fateAtReboot(each) === 'lost')
  const unknown = kept.filter(each => fateAtReboot(each) === 'not-verified')
  const count = (changes: readonly unknown[]) =>
    changes.length === 1 ? '1 change' : `${changes.length} changes`
  const ids = (changes: typeof kept) => changes.map(({id}) => id).join(', ')
  return [
    ...(lost.length > 0 ? [`${count(lost)} will be lost at the next reboot (${ids(lost)}).`] : []),
    ...(unknown.length > 0 ? [`${count(unknown)}: not verified to survive a reboot (${ids(unknown)}).`] : []),
  ]
}

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
  const direct = measuredWay(evidence)?.code ?? null
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
  return (evidence.proxySettings ?? []).map(({from, url, isScript}) => {
    if (isScript)
      return `A proxy script is set in ${from} (${url}), which neither this run nor the installer reads: find the HTTPS proxy in it, and pass it with --proxy-address.`
    if (isWindows)
      return `A proxy is set in ${from}, which this run did not use. To use it, run with --proxy-address ${url}, and set ${assignment(url)} for the installer.`
    return `${from} sets a proxy, which this run did not use and the installer would not see. To use it, pass --proxy-address ${url} to both.`
  })
}

/** How the installer learns of a proxy on Windows: in the environment of the PowerShell that starts it. */
function assignment(url: string): string {
  return `$env:https_proxy = ${powerShellString(url)}`
}

function onEc2({evidence}: ReportFinding): readonly string[] {
  if (!evidence.endpointOnEc2) return []
  return [
    'On EC2 instances AWS advises against --endpoint, because it can prevent failback: enable private DNS for the VPC endpoint, and omit --endpoint.',
  ]
}

const SENTENCES: Readonly<Record<GapReason, (checks: string) => string>> = {
  'left-out': checks => `Not part of this run: ${checks}.`,
  'no-target': () => 'TCP 1500 to the staging area subnet was not tested: no replication server given.',
  unreadable: checks => `The firewall rules could not be read: ${checks}.`,
  undecided: checks => `Neither the rules nor a connection decide it: ${checks}.`,
  unpublished: checks =>
    `Cannot be tested, as AWS does not publish the host names for this Region: ${checks}. Ask AWS Support for them, or allow all S3 hosts of the Region in the network.`,
  skipped: checks => `Not tested: ${checks}.`,
}

/**
 * What readiness rests on and the run left open, in one line; null where nothing was left open. Where something fails,
 * what was skipped because of that is not named again.
 */
export function gapSentence(findings: readonly Found[]): string | null {
  const byReason = new Map<GapReason, Set<CheckId>>()
  const fails = outcomeOf(findings) === 'not-ready'
  for (const {check, reason} of gapsOf(findings)) {
    if (fails && reason === 'skipped') continue
    const checks = byReason.get(reason)
    if (checks) checks.add(check)
    else byReason.set(reason, new Set([check]))
  }
  const sentences = [...byReason].map(([reason, checks]) => SENTENCES[reason]([...checks].join(', ')))
  return sentences.length === 0 ? null : sentences.join(' ')
}

/**
 * The addresses of the replication server, IPv4 or IPv6, that are not in the staging area subnet that was given with it:
 * one of the two is wrong. None where either was not given, or the server's name did not resolve.
 */
export function outsideStagingSubnet(report: Report): readonly string[] {
  const subnet = textOption(report, 'stagingSubnet')
  if (subnet === null) return []
  return replicationAddresses(report).filter(address => !isInSubnet(subnet, address))
}

function replicationAddresses({findings}: Report): readonly string[] {
  return findings
    .filter(({check}) => check === 'replication-1500')
    .flatMap(({target, evidence: {attempts}}) => {
      const host = /^\[?(.*?)\]?:\d+$/.exec(target ?? '')?.[1]
      if (host !== undefined && parseDestinationAddress(host)) return [host]
      return (attempts ?? []).map(({address}) => address)
    })
}
