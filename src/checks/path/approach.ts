import type {CheckId} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Resolution} from '../../platform/network/dns/resolve.ts'
import type {PathRequest} from '../../platform/network/path.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {isSinkhole} from './addresses.ts'
import {type ProxyChoice, routeTo} from './route.ts'

type UsableRoute = Exclude<ProxyChoice, {kind: 'malformed'}>

/** A path as far as it can be prepared without touching it; `request` is null where DNS leaves nowhere to go. */
export type Approach = {
  readonly route: UsableRoute
  readonly resolution: Resolution
  readonly request: PathRequest | null
}

/** Finds out where to connect to for a host: itself, or its proxy. A malformed proxy address is a finding. */
export async function approach(
  context: CheckContext,
  check: CheckId,
  host: string,
  port: number,
): Promise<Approach | Finding> {
  const {options, signal} = context
  const route = routeTo(host, port, options)
  if (route.kind === 'malformed') return malformedProxy(check, host, route.shown, options.proxy?.from ?? '')
  context.progress({target: host, layer: 'dns'})
  const proxy = route.kind === 'proxy' ? route.proxy : null
  const resolution = await context.reader.resolve(proxy?.host ?? host)
  signal.throwIfAborted()
  const leadsNowhere = resolution.kind === 'failed' || (!proxy && isSinkhole(resolution.addresses))
  if (leadsNowhere) return {route, resolution, request: null}
  const request: PathRequest = {
    host,
    port,
    proxy,
    addresses: resolution.addresses,
    caBundle: options.caBundle,
    timeoutMs: options.timeoutMs,
    signal,
    onLayer: layer => context.progress({target: host, layer}),
  }
  return {route, resolution, request}
}

export function isFinding<T extends object>(result: T | Finding): result is Finding {
  return 'check' in result && 'code' in result
}

function malformedProxy(check: CheckId, target: string, shown: string, from: string): Finding {
  return finding(check, 'proxy.address', {
    target,
    status: 'fail',
    summary: `${from} is ${JSON.stringify(shown)}, which is not a proxy address.`,
    nextStep: `Correct or unset ${from}. Use the format http://PROXY:PORT/ or https://PROXY:PORT/.`,
    evidence: {proxy: shown, from},
  })
}
