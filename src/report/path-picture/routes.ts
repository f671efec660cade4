import type {CauseCode} from '../../contract/cause-codes.ts'
import {type CheckId, checksWhere, type RouteName} from '../../contract/checks.ts'
import type {BlameEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import {blockerLine} from '../lines.ts'

export type HopState = 'open' | 'blocked' | 'undecided' | 'not-checked' | 'testing'

/** One thing that a connection has to pass, or its far end. */
export type Hop = {
  readonly name: string
  readonly state: HopState
  /** What stops it here, or why that is not known. */
  readonly code: CauseCode | null
  /** The rule that stops it here. */
  readonly rule: string | null
}

export type Route = {
  readonly title: string
  /** The hosts that are reached this way; empty where one way serves all of the title's. */
  readonly targets: readonly string[]
  readonly hops: readonly Hop[]
}

export type Found = Pick<Finding, 'check' | 'target' | 'status' | 'code' | 'owner' | 'evidence'>

type Kind = {
  readonly title: string
  readonly farEnd: string
  readonly firewall: CheckId
  readonly paths: readonly CheckId[]
}

const kind = (route: RouteName, title: string, farEnd: string, firewall: CheckId): Kind => ({
  title,
  farEnd,
  firewall,
  paths: checksWhere(facts => facts.route === route),
})

const KINDS: readonly Kind[] = [
  kind('drs', 'DRS, TCP 443', 'DRS endpoint', 'firewall-443'),
  kind('s3', 'S3, TCP 443', 'S3 buckets', 'firewall-443'),
  kind('replication', 'Replication, TCP 1500', 'replication server', 'firewall-1500'),
]

/**
 * The network paths that a run looked at, hop by hop as far as each is known. Targets of one kind that fare alike share a
 * route. Pure.
 *
 * @param running checks that have no findings yet
 */
export function routesOf(
  findings: readonly Found[],
  running: ReadonlySet<CheckId> = new Set(),
): readonly Route[] {
  return KINDS.flatMap(kind => {
    const firewall = findings.filter(({check}) => check === kind.firewall)
    const paths = findings.filter(({check}) => kind.paths.includes(check))
    const isTested = kind.paths.some(check => running.has(check))
    if (firewall.length + paths.length === 0 && !isTested && !running.has(kind.firewall)) return []
    const isJudged = running.has(kind.firewall)
    const hosts = Map.groupBy(paths, ({target}) => hostOf(target))
    if (hosts.size === 0) {
      const hops = hopsOf(kind, worst(firewall), null, {isJudged, isTested})
      return [{title: kind.title, targets: [], hops}]
    }
    const routes = [...hosts].map(([host, found]): Route => {
      const path = worst(found)
      const hops = hopsOf(kind, worst(aboutHost(firewall, host)), path, {isJudged, isTested: false})
      return {title: kind.title, targets: [host], hops}
    })
    return shareRoutes(routes)
  })
}

/** The host that a path finding is about: its target is a host, `host:port`, or the URL of an object there. */
function hostOf(target: string | null): string {
  if (target === null) return ''
  const url = target.includes('://') ? URL.parse(target) : null
  return url ? url.hostname : target
}

/** The findings on the rules that concern a host; all of them where they do not name hosts. */
function aboutHost(firewall: readonly Found[], host: string): readonly Found[] {
  const named = firewall.filter(({evidence}) => evidence.hosts?.includes(host))
  return named.length > 0 ? named : firewall
}

function shareRoutes(routes: readonly Route[]): readonly Route[] {
  const alike = [...Map.groupBy(routes, ({hops}) => JSON.stringify(hops)).values()]
  return alike.flatMap(([first, ...more]) => {
    if (first === undefined) return []
    const targets = [first, ...more].flatMap(route => route.targets).filter(target => target !== '')
    return [{...first, targets: alike.length === 1 ? [] : targets}]
  })
}

function hopsOf(
  {farEnd}: Kind,
  firewall: Found | null,
  path: Found | null,
  {isJudged, isTested}: {readonly isJudged: boolean; readonly isTested: boolean},
): readonly Hop[] {
  const viaProxy = path?.evidence.proxy !== undefined
  const names = ['host firewall', 'network', ...(viaProxy ? ['proxy'] : []), farEnd]
  const stop = path === null ? 0 : stopOf(path, names.length - 1, viaProxy)
  return names.map((name, at): Hop => {
    const hop = (state: HopState, code: CauseCode | null = null): Hop => ({name, state, code, rule: null})
    if (at === 0) return firewallHop(name, firewall, path, stop, isJudged)
    if (path === null) return hop(isTested ? 'testing' : 'not-checked')
    if (!wasTried(path)) return hop('not-checked')
    if (passed(path)) return hop('open', at === names.length - 1 && path.code !== 'ok' ? path.code : null)
    if (path.status === 'error') return at === 1 ? hop('undecided', path.code) : hop('not-checked')
    if (at < stop) return hop('open')
    if (at > stop) return hop('not-checked')
    return hop(
      isStopped(path) && path.owner !== null && !isUndecided(path) ? 'blocked' : 'undecided',
      path.code,
    )
  })
}

/** What is measured wins over what the rules say. */
function firewallHop(
  name: string,
  firewall: Found | null,
  path: Found | null,
  stop: number,
  isJudged: boolean,
): Hop {
  const hop = (state: HopState, code: CauseCode | null = null, rule: string | null = null): Hop => ({
    name,
    state,
    code,
    rule,
  })
  if (path && provesPassage(path, stop)) return hop('open')
  const blocker = (firewall?.evidence.judgement ?? path?.evidence.judgement)?.blocker
  const rule = blocker ? blockerLine(blocker) : null
  if (path && isStopped(path) && stop === 0) return hop('blocked', path.code, rule)
  if (path && isUndecided(path) && !path.code.startsWith('dns.')) return hop('undecided', path.code)
  if (firewall === null)
    return hop(isJudged ? 'testing' : path && leftThisHost(path) ? 'open' : 'not-checked')
  if (firewall.status === 'fail') return hop('blocked', firewall.code, rule)
  if (firewall.code === 'ok') return hop('open')
  return hop(firewall.status === 'warn' ? 'undecided' : 'not-checked', firewall.code)
}

/** A failure is laid on somebody beyond this host only where its own rules let the connection out. */
function leftThisHost({status, owner, code}: Found): boolean {
  return status === 'fail' && owner !== null && owner !== 'this-host' && !code.startsWith('dns.')
}

/** A name that nobody publishes cannot be connected to. */
function wasTried({status, code}: Found): boolean {
  return status !== 'skip' && code !== 'region.data-unknown'
}

/** A target that is not needed only warns of the same failure. */
function isStopped({status, code}: Found): boolean {
  return status === 'fail' || (status === 'warn' && /^(firewall|dns|tcp|tls|proxy)\./.test(code))
}

/** Whether the connection got so far that this host's rules cannot have stopped it, whatever is known of them. */
function provesPassage(path: Found, stop: number): boolean {
  return passed(path) || (wasTried(path) && path.status !== 'error' && stop > 1)
}

/** A name that is found late warns of a path that is open all the same. */
function passed({status, code, evidence}: Found): boolean {
  if (status !== 'warn') return status === 'pass'
  const last = evidence.layers?.at(-1)
  return code === 'ok' || code === 'replication.no-listener' || (last?.layer === 'http' && last.code === 'ok')
}

/** Whether this host or something beyond it stops the path is not known. */
function isUndecided({evidence: {blame}}: Found): boolean {
  return blame === 'undecided'
}

/** What a path finding says of this host itself. */
const HERE: ReadonlySet<BlameEvidence['blame']> = new Set(['rule', 'redirected', 'measured'])

/** Which hop a path finding is about. */
function stopOf({code, evidence}: Found, last: number, viaProxy: boolean): number {
  if (code === 'tcp.local-drop' || code === 'tcp.prohibited' || HERE.has(evidence.blame)) return 0
  if (evidence.blame === 'undecided') return 1
  if (code.startsWith('proxy.')) return viaProxy ? 2 : 1
  if (code === 'tls.intercepted' || code === 'http.block-page') return viaProxy ? 2 : 1
  if (/^(dns|tcp)\./.test(code) || code === 'tls.reset' || code === 'tls.timeout') return 1
  return last
}

const RANK = ['fail', 'error', 'warn', 'skip', 'pass']

/** The finding that decides what is drawn where a host has several. */
function worst(findings: readonly Found[]): Found | null {
  return findings.toSorted((a, b) => RANK.indexOf(a.status) - RANK.indexOf(b.status))[0] ?? null
}
