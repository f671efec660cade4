import {SITUATIONS, type Situation, save} from '../../firewall/plan/situations.ts'
import type {IptablesBackend} from '../lib/firewall.ts'

/** A blocked server whose rules netfilter-persistent loads at boot, from rules.v4 or rules.v6. */
export type KeptSituation = Pick<Situation, 'name' | 'save' | 'family' | 'port' | 'risk'> & {
  /** Rules that the other backend holds, and no file. */
  readonly beside?: string
  /** As `ipset restore` takes it. */
  readonly sets?: string
}

const FROM_THE_PLANNER = [
  'a REJECT that ends OUTPUT',
  'the policy of OUTPUT',
  'a DROP in a chain of the administrator',
  'mangle',
  'raw',
  'INPUT that knows no replies',
  'NEW alone is accepted: the connection opens and carries nothing',
  'a deny for just this subnet',
  'IPv6',
  'IPv6 subnet',
]

const picked = FROM_THE_PLANNER.map(name => {
  const situation = SITUATIONS.find(one => one.name === name)
  if (!situation) throw new Error(`no situation is called "${name}"`)
  return situation
})

/** What stands in the way of a whole server, for both backends. */
export const KEPT_SITUATIONS: readonly KeptSituation[] = [
  ...picked,
  {
    name: 'a rule for what root owns',
    save: save({filter: ['-A OUTPUT -p tcp -m owner --uid-owner 0 -j REJECT --reject-with tcp-reset']}),
    family: 4,
    port: 443,
  },
  {
    name: 'a set of ports',
    save: save({filter: ['-A OUTPUT -p tcp -m set --match-set forbidden dst -j DROP']}),
    sets: 'create forbidden bitmap:port range 0-65535\nadd forbidden 1500\n',
    family: 4,
    port: 1500,
  },
  {
    name: 'both backends at once',
    save: save({filter: ['-A OUTPUT -p tcp -j REJECT --reject-with tcp-reset']}),
    beside: save({filter: ['-A OUTPUT -p tcp -m tcp --dport 443 -j DROP']}),
    family: 4,
    port: 443,
  },
]

export const OTHER: Readonly<Record<IptablesBackend, IptablesBackend>> = {legacy: 'nft', nft: 'legacy'}
