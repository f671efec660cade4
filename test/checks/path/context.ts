import {endpointsFor} from '../../../src/aws/endpoints.ts'
import {regionOrThrow} from '../../../src/aws/find-region.ts'
import type {CheckContext, HostReader, Progress} from '../../../src/checks/check.ts'
import type {CheckOptions} from '../../../src/contract/check-options.ts'
import type {CheckId} from '../../../src/contract/checks.ts'
import type {Finding} from '../../../src/contract/finding.ts'
import type {HostFacts} from '../../../src/contract/host.ts'
import type {FirewallState} from '../../../src/firewall/state/state.ts'
import {resolveHost} from '../../../src/platform/network/dns/resolve.ts'
import {DEFAULT_OPTIONS} from '../../default-options.ts'
import {HOST as NO_RULES} from '../../firewall/host.ts'

export const REGION = 'eu-central-1'
export const ENDPOINTS = endpointsFor(regionOrThrow(REGION))

export const OPTIONS: CheckOptions = {
  ...DEFAULT_OPTIONS,
  region: REGION,
  timeoutMs: 2_000,
}

const HOST: HostFacts = {
  hostname: 'source-1',
  platform: 'linux',
  osId: 'debian',
  os: 'Debian GNU/Linux',
  osVersion: '12',
  kernel: '6.1.0',
  arch: 'x86_64',
  addresses: ['10.9.0.2'],
}

type Parts = {
  readonly options?: Partial<CheckOptions>
  readonly region?: string
  readonly resolve?: HostReader['resolve']
  /** The rules of this host; none unless given. */
  readonly rules?: FirewallState
  /** Whether this process may read rules; it may unless said otherwise. */
  readonly elevated?: boolean
  readonly earlier?: Partial<Record<CheckId, readonly Finding[]>>
  readonly signal?: AbortSignal
  readonly progress?: (progress: Progress) => void
}

const unreadable = (): never => {
  throw new Error('a path check reads no rules again')
}

const unasked = async (): Promise<never> => {
  throw new Error('not part of a path check')
}

/** What the engine hands to a check. Names resolve as on this host, so tests name addresses or bring `resolve`. */
export function contextOf(parts: Parts = {}): CheckContext {
  const options = {...OPTIONS, ...parts.options}
  const signal = parts.signal ?? new AbortController().signal
  return {
    options,
    endpoints: endpointsFor(regionOrThrow(parts.region ?? REGION)),
    reader: {
      host: async () => HOST,
      privileges: async () => ({elevated: parts.elevated ?? true, user: 'root', sudoInstalled: true}),
      firewallState: async () => parts.rules ?? NO_RULES,
      firewallFacts: unasked,
      firewallTools: unasked,
      firewallPersistence: unasked,
      proxySettings: async () => [],
      isEc2Instance: async () => false,
      withRulesReadAgain: unreadable,
      resolve: parts.resolve ?? (name => resolveHost(name, {timeoutMs: options.timeoutMs, signal})),
    },
    signal,
    earlier: async check => parts.earlier?.[check] ?? [],
    progress: parts.progress ?? (() => undefined),
  }
}
