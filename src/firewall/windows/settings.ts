import {and, definite, MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import {type Profile, type Settings, STORES, type Store, type WindowsFirewallState} from './state.ts'

/** What is in force for one profile. A setting that cannot be known is `MAYBE`. */
export type ProfileSettings = {
  /** Whether the firewall filters connections of this profile at all. */
  readonly enabled: Ternary
  /** GUIDs of the adapters that the firewall leaves alone; null: not known. */
  readonly disabledAdapters: readonly string[] | null
  readonly blocksByDefault: Ternary
  /** Where the default outbound action is set, for naming it; null: nowhere. */
  readonly defaultFrom: {readonly store: Store; readonly text: string} | null
  /** Whether rules of the host itself count beside those of Group Policy and MDM. */
  readonly mergesLocalRules: Ternary
  /** Who says that they do not. */
  readonly mergeFrom: Store | null
  /** The same for two kinds of them. */
  readonly mergesApplications: Ternary
  readonly mergesPorts: Ternary
  /** The same for connection security rules. */
  readonly mergesLocalSecurity: Ternary
}

type Setting = {readonly value: Ternary | null; readonly from: Store | null; readonly text: string}

export const APPLICATIONS = 'AuthorizedApplications\\AllowUserPrefMerge'
export const PORTS = 'GloballyOpenPorts\\AllowUserPrefMerge'

/**
 * The settings of a profile: a policy's value if there is one, else the host's own, else Windows' default (on, allow,
 * merged). Group Policy and MDM that contradict each other leave it open. Whether local rules count only a policy says.
 * Source: MS-GPFAS 2.2.3, MS-FASP 2.2.38.
 */
export function readSettings(
  state: WindowsFirewallState,
  profile: Profile,
  unreadable: Readonly<Record<string, string>>,
): ProfileSettings {
  const stores = state.profiles[profile] ?? {}
  const hidden = (store: Store, name: string) =>
    unreadable[`profiles.${profile}.${store}`] !== undefined ||
    unreadable[`profiles.${profile}.${store}.${name}`] !== undefined
  const read = (name: string, from: readonly Store[]) => readSetting(stores, name, from, hidden)
  const outbound = read('DefaultOutboundAction', STORES)
  const merge = read('AllowLocalPolicyMerge', POLICIES)
  return {
    enabled: and(isServed(state, unreadable), read('EnableFirewall', STORES).value ?? YES),
    disabledAdapters: readAdapters(stores, hidden),
    blocksByDefault: outbound.value ?? NO,
    defaultFrom: outbound.from === null ? null : {store: outbound.from, text: outbound.text},
    mergesLocalRules: merge.value ?? YES,
    mergeFrom: merge.from,
    mergesApplications: read(APPLICATIONS, STORES).value ?? YES,
    mergesPorts: read(PORTS, STORES).value ?? YES,
    mergesLocalSecurity: read('AllowLocalIPsecPolicyMerge', POLICIES).value ?? YES,
  }
}

const POLICIES: readonly Store[] = ['groupPolicy', 'mdm']

/** Windows Firewall decides, and the Base Filtering Engine enforces: without the engine, the firewall cannot run. */
function isServed(
  {firewallService, baseFilteringEngine}: WindowsFirewallState,
  unreadable: Readonly<Record<string, string>>,
): Ternary {
  const service = unreadable.firewallService !== undefined ? MAYBE : definite(firewallService === 'running')
  if (baseFilteringEngine !== 'stopped' || unreadable.baseFilteringEngine !== undefined) return service
  return service === YES ? MAYBE : NO
}

type Stores = {readonly [store in Store]?: Settings | undefined}

type Hidden = (store: Store, name: string) => boolean

function readSetting(stores: Stores, name: string, from: readonly Store[], hidden: Hidden): Setting {
  const of = (store: Store) => dataOf(stores[store], name)
  const policies = POLICIES.filter(store => from.includes(store))
  const open: Setting = {value: MAYBE, from: null, text: `${name} could not be read`}
  if (policies.some(store => hidden(store, name))) return open
  const set = policies.filter(store => of(store) !== undefined)
  const values = new Set(set.map(store => ternaryOf(of(store))))
  const [deciding = from.includes('local') && of('local') !== undefined ? 'local' : null] = set
  if (deciding !== 'groupPolicy' && deciding !== 'mdm' && from.includes('local') && hidden('local', name))
    return open
  if (deciding === null) return {value: null, from: null, text: ''}
  const text = `${name}=${of(deciding)}`
  const [value = ternaryOf(of(deciding)), ...others] = values
  return {value: others.length > 0 ? MAYBE : value, from: deciding, text}
}

/** Names of registry values are the same in any case. */
export function dataOf(settings: Settings | undefined, name: string): number | string | undefined {
  if (settings === undefined) return undefined
  if (settings[name] !== undefined) return settings[name]
  const key = Object.keys(settings).find(other => other.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : settings[key]
}

/** Both are defined for 0 and 1 as REG_DWORD alone. */
function ternaryOf(value: number | string | undefined): Ternary {
  return value === 1 ? YES : value === 0 ? NO : MAYBE
}

const DISABLED = 'DisabledInterfaces'

/**
 * The adapters that a profile leaves out: Group Policy's list, if there is one, else the host's own.
 * Source: MS-GPFAS 2.2.3.15, MS-FASP 2.2.38.
 */
function readAdapters(stores: Stores, hidden: Hidden): readonly string[] | null {
  const set = STORES.find(store => hidden(store, DISABLED) || dataOf(stores[store], DISABLED) !== undefined)
  if (set === undefined) return []
  const text = String(dataOf(stores[set], DISABLED) ?? '?').trim()
  if (text === '') return []
  const guids = text.split(',').map(guid => guid.trim())
  return guids.every(guid => /^\{[0-9a-f-]{36}\}$/i.test(guid)) ? guids : null
}
