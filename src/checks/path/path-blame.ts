import type {Greeting} from '../../platform/network/greet.ts'
import type {CheckContext} from '../check.ts'
import type {PathReport, PathVerdict} from './judge-path.ts'
import {placeNameBlame} from './name-blame.ts'
import {isForbidden} from './name-queries.ts'
import {flowOfAttempt, flowOfConnection, namesOthers, type Placed, placeBlame} from './place-blame.ts'
import {HTTPS_PORT, type Route} from './route.ts'

/** Nothing came back over a connection that was open. */
const STALLS: ReadonlySet<string> = new Set(['tls.timeout', 'http.timeout'])

/**
 * Who stops a path that failed; null where that is plain already: this host's own fault, or something that answers for
 * the far end.
 */
export async function blamePath(
  context: CheckContext,
  host: string,
  report: PathReport,
  {code, owner}: PathVerdict,
  route: Route,
): Promise<Placed | null> {
  const {resolution, facts} = report
  if (!namesOthers(code, owner) && !isForbidden(resolution)) return null
  const proxy = route.kind === 'proxy' ? route.proxy : null
  if (!facts) return placeNameBlame(context, proxy?.host ?? host, resolution)
  const port = proxy?.port ?? HTTPS_PORT
  if (facts.tcp.kind === 'failed') return placeBlame(context, flowOfAttempt(facts.tcp.decisive, port))
  // A verified certificate, or the proxy's own answer.
  if (facts.tls?.kind === 'secured' && !code.startsWith('tls.')) return null
  if (facts.proxy?.kind === 'tunnel' || typeof facts.proxy?.status === 'number') return null
  const greeting: Greeting = {by: proxy === null ? 'tls' : 'http', host}
  const isStall = STALLS.has(code) || facts.proxy?.errno === 'ETIMEDOUT'
  const failure = {kind: isStall ? 'stall' : 'answer', greeting} as const
  return placeBlame(context, flowOfConnection(facts.tcp.address, port, failure))
}
