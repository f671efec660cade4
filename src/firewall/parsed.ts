import type {IptablesEngine} from '../contract/engines.ts'
import {once} from '../lib/once.ts'
import {parseSave, type SAVE_FIELDS, type Save} from './iptables/save.ts'
import type {NftDocument} from './nft/document.ts'
import {readNftables} from './nft/read.ts'
import {type AddressSets, parseSets} from './sets/parse.ts'
import type {LinuxFirewallState} from './state/state.ts'

export type SaveField = (typeof SAVE_FIELDS)[IptablesEngine]['ip' | 'ip6']

/** What the tools of a host printed, each dump parsed when it is first asked for. */
export type ParsedFirewall = {
  /** Of nf_tables; a string says why nothing could be read. */
  nftables(): NftDocument | string
  /** What `iptables-save` or `ip6tables-save` printed; null without it. */
  save(field: SaveField): Save | null
  /** Sets of `ipset` by name; null when they could not be read. */
  sets(): AddressSets | null
}

const parsed = new WeakMap<LinuxFirewallState, ParsedFirewall>()

/** The judge, the plan and the listing all ask for the same dumps of a state. */
export function parsedFirewall(state: LinuxFirewallState): ParsedFirewall {
  const known = parsed.get(state)
  if (known) return known
  const saves = new Map<SaveField, Save>()
  const firewall: ParsedFirewall = {
    nftables: once(() => readNftables(state)),
    save(field) {
      const text = state[field]
      if (text === null) return null
      const save = saves.get(field) ?? parseSave(text)
      saves.set(field, save)
      return save
    },
    sets: once(() => setsIn(state)),
  }
  parsed.set(state, firewall)
  return firewall
}

function setsIn({ipsetSave, unreadable}: LinuxFirewallState): AddressSets | null {
  if (unreadable.ipsetSave !== undefined) return null
  return ipsetSave === null ? new Map() : parseSets(ipsetSave)
}
