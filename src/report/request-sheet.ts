import {allowList} from '../aws/allow-list.ts'
import {endpointsFor} from '../aws/endpoints.ts'
import {findRegion} from '../aws/find-region.ts'
import type {CauseCode, Owner} from '../contract/cause-codes.ts'
import {outsideStagingSubnet} from './conclusions.ts'
import {textOption} from './options.ts'
import type {Report, ReportFinding} from './report.ts'
import {OWNER_WORDS} from './words.ts'

/** One line of a change request to the people who run what is on the way. */
type RequestRow = {
  /** What is to be done. */
  readonly request: string
  /** The address that asks: this server's, or the proxy's. */
  readonly from: string
  readonly to: string
  readonly port: number
  readonly protocol: 'TCP'
  /** What it is needed for. */
  readonly reason: string
}

type RequestSheet = {readonly owner: Owner; readonly rows: readonly RequestRow[]}

/** What the owner of the finding is asked for; other codes are not fixed by letting something through. */
const REQUESTS: Partial<Record<CauseCode, string>> = {
  'tcp.timeout': 'allow',
  'tcp.refused': 'allow',
  'tcp.unreachable': 'route and allow',
  'tcp.reset': 'allow',
  'tls.reset': 'allow TLS',
  'tls.timeout': 'allow TLS',
  'tls.protocol': 'exempt from TLS inspection',
  'tls.intercepted': 'exempt from TLS inspection',
  'tls.expired': 'exempt from TLS inspection',
  'tls.not-yet-valid': 'exempt from TLS inspection',
  'tls.name-mismatch': 'exempt from TLS inspection',
  'http.block-page': 'remove from the block list',
  'http.timeout': 'allow HTTPS',
  'http.error': 'exempt from filtering',
  'proxy.unreachable': 'allow',
  'proxy.denied': 'allow in the proxy',
  'proxy.upstream': 'allow from the proxy',
  'installer.hash-mismatch': 'exempt from scanning',
  'installer.truncated': 'allow long downloads',
  'installer.stalled': 'allow long downloads',
}

const ASKED: readonly Owner[] = ['network-team', 'proxy-team']

/** The requests that would fix what others own, one sheet for each of them; none where nobody else is needed. */
export function requestSheets(report: Report): readonly RequestSheet[] {
  const reasonOf = reasons(report)
  return ASKED.flatMap(owner => {
    const rows = report.findings
      .filter(finding => finding.owner === owner && (finding.status === 'fail' || finding.status === 'warn'))
      .flatMap(finding => rowOf(finding, report, reasonOf))
    const distinct = new Map(rows.map(row => [JSON.stringify(row), row]))
    return distinct.size === 0 ? [] : [{owner, rows: [...distinct.values()]}]
  })
}

/** What goes with every sheet, in one sentence each. */
export function requestNotes(sheets: readonly RequestSheet[]): readonly string[] {
  const rows = sheets.flatMap(sheet => sheet.rows)
  return [
    ...(rows.some(({request}) => /\ballow\b/.test(request)) ? ['Allow return traffic.'] : []),
    ...(rows.some(({port}) => port === 443)
      ? [
          "The addresses behind AWS's names change: allow the names, or the ranges that AWS publishes (https://ip-ranges.amazonaws.com/ip-ranges.json).",
        ]
      : []),
  ]
}

function rowOf(
  {check, code, target, evidence}: ReportFinding,
  report: Report,
  reasonOf: (host: string) => string | null,
): readonly RequestRow[] {
  const request = REQUESTS[code]
  if (request === undefined || target === null) return []
  const proxy = evidence.proxy ?? null
  const own = evidence.from ?? report.host?.hostname ?? 'this server'
  if (code === 'proxy.unreachable' && proxy !== null) {
    return [
      {request, from: own, ...addressOf(proxy), protocol: 'TCP', reason: 'TCP 443 goes through this proxy'},
    ]
  }
  if (check === 'replication-1500') {
    const {to, port} = addressOf(`tcp://${target}`)
    return replicationHosts(to, report).map(host => ({
      request,
      from: own,
      to: host,
      port,
      protocol: 'TCP',
      reason: REPLICATION,
    }))
  }
  const {to, port} = addressOf(target)
  const reason = reasonOf(to) ?? 'AWS Elastic Disaster Recovery'
  return [{request, from: proxy === null ? own : addressOf(proxy).to, to, port, protocol: 'TCP', reason}]
}

/** Replication servers come and go within the staging area subnet, so all of it has to be reachable. */
function replicationHosts(server: string, report: Report): readonly string[] {
  const subnet = textOption(report, 'stagingSubnet')
  if (subnet === null) return [server]
  return outsideStagingSubnet(report).length === 0 ? [subnet] : [subnet, server]
}

const REPLICATION = 'replicated data; direct, without proxy or TLS inspection'

const PORTS: Readonly<Record<string, number>> = {'http:': 80, 'https:': 443}

/** Host and port of a URL, or of a host alone on the port of HTTPS. */
function addressOf(target: string): {readonly to: string; readonly port: number} {
  const url = URL.parse(target.includes('://') ? target : `https://${target}`)
  if (!url) return {to: target, port: 443}
  return {to: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || (PORTS[url.protocol] ?? 443))}
}

/** What each host of the Region is needed for. */
function reasons(report: Report): (host: string) => string | null {
  const region = findRegion(textOption(report, 'region') ?? '')
  if (!region) return () => null
  const endpoints = endpointsFor(region, {
    dualstack: report.options.dualstack === true,
    fips: report.options.fips === true && region.drsFipsHost !== null,
    endpoint: textOption(report, 'endpoint'),
    s3Endpoint: textOption(report, 's3Endpoint'),
  })
  const {rows} = allowList(endpoints, null)
  return name => rows.find(({host}) => host === name)?.reason ?? null
}

/** What somebody else is asked for, to be pasted into a ticket. */
export type RequestText = {
  /** `the network team`. */
  readonly to: string
  readonly text: string
}

/** The requests of a report, one for each team. */
export function requestTexts(report: Report): readonly RequestText[] {
  return requestSheets(report).map(sheet => ({to: OWNER_WORDS[sheet.owner], text: textOf(sheet, report)}))
}

function textOf(sheet: RequestSheet, report: Report): string {
  const region = textOption(report, 'region')
  const server = report.host === null ? 'this server' : `server ${report.host.hostname}`
  return [
    `For the ${OWNER_WORDS[sheet.owner]}: AWS Elastic Disaster Recovery, ${server}${region === null ? '' : `, Region ${region}`}`,
    ...sheet.rows.map(
      ({request, from, to, port, protocol, reason}) =>
        `- ${request}: ${protocol} ${port} from ${from} to ${to} (for ${reason})`,
    ),
    ...requestNotes([sheet]),
  ].join('\n')
}
