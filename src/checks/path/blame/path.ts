import type {CauseCode} from '../../../contract/cause-codes.ts'
import type {Departure} from '../../../platform/network/departure/departure.ts'
import type {PathFacts} from '../../../platform/network/path.ts'
import type {Greeting} from '../../../platform/network/tcp/greet.ts'
import type {CheckContext} from '../../check.ts'
import type {PathReport, PathVerdict} from '../judge-path.ts'
import {HTTPS_PORT, type ProxyChoice} from '../route.ts'
import {decideBlame} from './decide.ts'
import {placeNameBlame} from './name.ts'
import {isForbidden} from './name-queries.ts'
import {
  type Flow,
  flowOfAttempt,
  flowOfConnection,
  namesOthers,
  type Placed,
  placeBlame,
  placeByRules,
} from './place.ts'

/** Nothing came back over a connection that was open. */
const STALLS: ReadonlySet<string> = new Set(['tls.timeout', 'http.timeout'])

/**
 * Who stops a path that failed; null where that is plain already: this host's own fault, or what a resolver on it has
 * passed on.
 */
export async function blamePath(
  context: CheckContext,
  host: string,
  report: PathReport,
  {code, owner}: PathVerdict,
  route: ProxyChoice,
): Promise<Placed | null> {
  const {resolution, facts} = report
  if (!namesOthers(code, owner) && !isForbidden(resolution)) return null
  const proxy = route.kind === 'proxy' ? route.proxy : null
  if (!facts) return placeNameBlame(context, proxy?.host ?? host, resolution)
  const port = proxy?.port ?? HTTPS_PORT
  if (facts.tcp.kind === 'failed') return placeBlame(context, flowOfAttempt(facts.tcp.decisive, port))
  const greeting: Greeting = {by: proxy === null ? 'tls' : 'http', host}
  const isStall = STALLS.has(code) || (facts.proxy?.kind === 'failed' && facts.proxy.errno === 'ETIMEDOUT')
  const failure = {kind: isStall ? 'stall' : 'answer', greeting} as const
  const flow = flowOfConnection(facts.tcp.address, port, failure)
  if (facts.tls?.kind === 'secured' && !code.startsWith('tls.'))
    return isStall ? placeByRules(context, flow, AFTER_HANDSHAKE) : answeredBy(host)
  // What is silent in a tunnel of the proxy was let through to it.
  return isStall && facts.proxy?.kind === 'tunnel'
    ? placeByRules(context, flow, AFTER_HANDSHAKE)
    : placeBlame(context, flow)
}

const AFTER_HANDSHAKE = 'what is sent over a connection later on is not measured'

/** A verified certificate shows that it is not this host that answers. */
function answeredBy(host: string): Placed {
  const measured: Departure = {kind: 'left', how: `the answer came with the verified certificate of ${host}`}
  return {rules: null, measured, blame: decideBlame(null, null, measured)}
}

/**
 * Who is to blame for a download that failed although its connection was open and data came: a rule of this host may
 * count bytes or look into the packets, or lead the connection to a program of its own.
 *
 * @param port of the address that was connected to: the host's or its proxy's
 */
export function blameDownload(
  context: CheckContext,
  {host, port}: {readonly host: string; readonly port: number},
  {tcp, proxy}: PathFacts,
  code: CauseCode,
): Promise<Placed | null> {
  if (!namesOthers(code) || tcp.kind === 'failed') return Promise.resolve(null)
  const greeting: Greeting = {by: proxy === null ? 'tls' : 'http', host}
  const isStall = code === 'installer.stalled'
  const failure = {kind: isStall ? 'stall' : 'answer', greeting} as const
  const flow: Flow = {...flowOfConnection(tcp.address, port, failure), course: isStall ? 'stall' : 'data'}
  return isStall ? placeByRules(context, flow, AFTER_HANDSHAKE) : placeBlame(context, flow)
}
