import {expect} from 'vitest'
import type {Judgement} from '../../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {dump, HOST} from '../../host.ts'

export const REMOTE = '2001:db8::5'

/** A host that knows none of its neighbours. */
export const STRANGER: LinuxFirewallState = {...HOST, neighbours: []}

const TCP_OUT = '-A OUTPUT -p tcp -j ACCEPT'
const TCP_IN = '-A INPUT -p tcp -j ACCEPT'

export function judge(rules: string, more: Partial<LinuxFirewallState> = {}, to = REMOTE): Judgement {
  const save = dump(rules)
  const judged = (['ip6tablesLegacySave', 'ip6tablesNftSave'] as const).map(field =>
    compileFirewall({...STRANGER, [field]: save, ...more}).judge({to, port: 443}),
  )
  const [legacy, nft] = judged.map(({verdict, stage, neighbourDiscovery: discovery}) => ({
    ...{verdict, stage, type: discovery?.icmpv6Type, way: discovery?.way, nextHop: discovery?.nextHop},
  }))
  expect(nft).toEqual(legacy)
  return judged[0] as Judgement
}

/** `allow`; else the verdict and, for what is stopped, the stage, the message and the rule. */
export function inShort({verdict, stage, neighbourDiscovery: discovery}: Judgement): string {
  if (!discovery) return verdict
  const {icmpv6Type, way, blocker} = discovery
  return `${verdict} ${stage ?? '-'}: ${icmpv6Type} ${way} at ${blocker.chain} ${blocker.rule}`
}

export const accept = (chain: string, type: number, more = '') =>
  `-A ${chain} ${more} -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`
export const OUT = `:OUTPUT DROP\n${TCP_OUT}`
export const IN = `:INPUT DROP\n${TCP_IN}`
export const lines = (...rules: readonly string[]) => rules.join('\n')
