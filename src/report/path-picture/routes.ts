import type {CauseCode} from '../../contract/cause-codes.ts'
import type {CheckId} from '../../contract/check-ids.ts'
import type {Finding} from '../../contract/finding.ts'
import {blockerLine} from '../blocker-line.ts'

export type HopState = 'open' | 'blocked' | 'unknown' | 'not-tested'

/** One thing that a connection has to pass, or its far end. */
export type Hop = {
  readonly name: string
  readonly state: HopState
  /** What stops it here, or why that is not known. */
  readonly code: CauseCode | null
  /** The rule that stops it here. */
  readonly rule: string | null
}

export type Route = {readonly title: string; readonly hops: readonly Hop[]}

export type Found = Pick<Finding, 'check' | 'target' | 'status' | 'code' | 'evidence'>

type Kind = {
  readonly title: string
  readonly farEnd: string
  readonly firewall: CheckId
  readonly paths: readonly CheckId[]
}

const KINDS: readonly Kind[] = [
  {title: 'DRS, TCP 443', farEnd: 'DRS endpoint', firewall: 'firewall-443', paths: ['drs-endpoint']},
  {
    title: 'S3, TCP 443',
    farEnd: 'S3 buckets',
    firewall: 'firewall-443',
    paths: ['s3-buckets', 'installer-download'],
  },
  {
    title: 'Replication, TCP 1500',
    farEnd: 'replication server',
    firewall: 'firewall-1500',
    paths: ['replication-1500'],
  },
]

/** The ways out of this server that a run looked at, hop by hop as far as each is known. Pure. */
export function routesOf(findings: readonly Found[]): readonly Route[] {
  return KINDS.flatMap(kind => {
    const firewall = worst(findings.filter(({check}) => check === kind.firewall))
    const path = worst(findings.filter(({check}) => kind.paths.includes(check)))
    return firewall || path ? [routeOf(kind, firewall, path)] : []
  })
}

function routeOf({title, farEnd}: Kind, firewall: Found | null, path: Found | null): Route {
  const viaProxy = typeof path?.evidence.proxy === 'string'
  const names = ['host firewall', 'network', ...(viaProxy ? ['proxy'] : []), farEnd]
  const stop = path === null ? 0 : stopOf(path, names.length - 1, viaProxy)
  const hops = names.map((name, at): Hop => {
    const hop = (state: HopState, code: CauseCode | null = null): Hop => ({name, state, code, rule: null})
    if (at === 0 && firewall !== null && !(path && provesPassage(path, stop)))
      return firewallHop(name, firewall)
    if (path === null || path.status === 'skip') return hop('not-tested')
    if (at < stop || passed(path)) return hop('open')
    if (at > stop) return hop('not-tested')
    if (path.code === 'replication.no-listener') return hop('open', path.code)
    return hop(path.status === 'fail' ? 'blocked' : 'unknown', path.code)
  })
  return {title, hops}
}

function firewallHop(name: string, {status, code, evidence}: Found): Hop {
  if (status === 'fail') {
    const blocker = evidence.judgement?.blocker
    return {name, state: 'blocked', code, rule: blocker ? blockerLine(blocker) : null}
  }
  if (code === 'ok') return {name, state: 'open', code: null, rule: null}
  return {name, state: status === 'skip' ? 'not-tested' : 'unknown', code, rule: null}
}

/** Whether the connection got so far that this host's rules cannot have stopped it, whatever is known of them. */
function provesPassage(path: Found, stop: number): boolean {
  return passed(path) || (path.status !== 'skip' && stop > 1)
}

function passed({status, code}: Found): boolean {
  return status === 'pass' || (status === 'warn' && code === 'ok')
}

/** Which hop a path finding is about. */
function stopOf({code}: Found, last: number, viaProxy: boolean): number {
  if (code === 'tcp.local-drop' || code === 'tcp.prohibited') return 0
  if (code.startsWith('proxy.')) return viaProxy ? 2 : 1
  if (code === 'tls.intercepted' || code === 'http.block-page') return viaProxy ? 2 : 1
  if (/^(dns|tcp)\./.test(code) || code === 'tls.reset' || code === 'tls.timeout') return 1
  return last
}

const RANK = ['fail', 'error', 'warn', 'skip', 'pass']

/** The finding that decides what is drawn where several targets share a way. */
function worst(findings: readonly Found[]): Found | null {
  return findings.toSorted((a, b) => RANK.indexOf(a.status) - RANK.indexOf(b.status))[0] ?? null
}
