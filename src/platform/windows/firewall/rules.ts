import {dataOf} from '../../../firewall/windows/settings.ts'
import type {Profile, Settings, Store} from '../../../firewall/windows/state.ts'
import type {KeyContent, Registry} from '../registry.ts'
import {dwordOf, valueNamed} from '../registry-text.ts'

export type StoredRules = {
  readonly rules: Record<Store, Record<string, string>>
  readonly connectionSecurityRules: Record<Store, Record<string, string>>
  readonly profiles: Record<Profile, Record<Store, Settings>>
  readonly unreadable: Readonly<Record<string, string>>
}

const LOCAL = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'

const POLICIES = 'HKLM\\SOFTWARE\\Policies\\Microsoft'

const KEYS: Readonly<Record<Store, string>> = {
  local: LOCAL,
  groupPolicy: `${POLICIES}\\WindowsFirewall`,
  mdm: `${LOCAL}\\Mdm`,
}

/**
 * Reads rules, connection security rules and profile settings of every store from the registry. What may not be read,
 * and what has a type that it must not have, is named in `unreadable`.
 * Source: MS-GPFAS 2.2.2.19, 2.2.3, 2.2.6.2.
 */
export async function readRules(registry: Registry): Promise<StoredRules> {
  const [local, groupPolicy, mdm] = await Promise.all([
    readStore('local', registry),
    readStore('groupPolicy', registry),
    readStore('mdm', registry),
  ])
  const ofProfile = (profile: Profile) => ({
    local: local.settings[profile],
    groupPolicy: groupPolicy.settings[profile],
    mdm: mdm.settings[profile],
  })
  return {
    rules: {local: local.rules, groupPolicy: groupPolicy.rules, mdm: mdm.rules},
    connectionSecurityRules: {
      local: local.securityRules,
      groupPolicy: groupPolicy.securityRules,
      mdm: mdm.securityRules,
    },
    profiles: {domain: ofProfile('domain'), private: ofProfile('private'), public: ofProfile('public')},
    unreadable: {...local.unreadable, ...groupPolicy.unreadable, ...mdm.unreadable},
  }
}

type StoreContent = {
  readonly rules: Record<string, string>
  readonly securityRules: Record<string, string>
  readonly settings: Record<Profile, Settings>
  readonly unreadable: Record<string, string>
}

async function readStore(store: Store, registry: Registry): Promise<StoreContent> {
  const key = KEYS[store]
  const root = readRoot(store, registry)
  const below = async (name: string, read = registry.read) => listed(await root, key, name, read)
  const profileKey = async (name: string): Promise<ProfileKey> => {
    const own = await below(name)
    const parts = PREFERENCES.map(part => listed(own, `${key}\\${name}`, part, registry.read))
    return {own, parts: await Promise.all(parts)}
  }
  const [rules, securityRules, domain, ofPrivate, ofPublic, standard] = await Promise.all([
    // Every host has rules of its own: what takes longest begins at once.
    store === 'local'
      ? registry.readMany(`${key}\\FirewallRules`)
      : below('FirewallRules', registry.readMany),
    below('ConSecRules', registry.readMany),
    profileKey('DomainProfile'),
    profileKey('PrivateProfile'),
    profileKey('PublicProfile'),
    profileKey('StandardProfile'),
  ])
  const unreadable: Record<string, string> = {}
  const note = (field: string, reason: string) => {
    unreadable[field] = reason
  }
  if (store === 'local' && rules.kind === 'absent')
    note('rules.local', `there is no key ${key}\\FirewallRules`)
  const settings = (profile: Profile, content: ProfileKey) =>
    settingsOf(`profiles.${profile}.${store}`, content, note)
  const ofStore =
    store === 'groupPolicy'
      ? policySettings(settings, ofPrivate, ofPublic, standard)
      : hostSettings(store, settings, ofPrivate, ofPublic, standard, note)
  return {
    rules: rulesOf(`rules.${store}`, rules, note),
    securityRules: rulesOf(`connectionSecurityRules.${store}`, securityRules, note),
    settings: {domain: settings('domain', domain), ...ofStore},
    unreadable,
  }
}

/** A profile's key, and those keys below it that hold a setting of the firewall. */
type ProfileKey = {readonly own: KeyContent; readonly parts: readonly KeyContent[]}

/** Source: MS-GPFAS 2.2.3.11, 2.2.3.12. */
const PREFERENCES = ['AuthorizedApplications', 'GloballyOpenPorts'] as const
const PREFERENCE = 'AllowUserPrefMerge'

type ReadSettings = (profile: Profile, content: ProfileKey) => Settings
type OwnProfiles = Pick<StoreContent['settings'], 'private' | 'public'>

/**
 * In Group Policy the key Standard is the Private and the Public profile of old, which counts only where neither of the
 * new ones is there, and may not hold what is new since. Source: MS-GPFAS 2.2.3.
 */
function policySettings(
  settings: ReadSettings,
  ofPrivate: ProfileKey,
  ofPublic: ProfileKey,
  standard: ProfileKey,
): OwnProfiles {
  if (ofPrivate.own.kind !== 'absent' || ofPublic.own.kind !== 'absent')
    return {private: settings('private', ofPrivate), public: settings('public', ofPublic)}
  return {
    private: withoutNew(settings('private', standard)),
    public: withoutNew(settings('public', standard)),
  }
}

/** The settings that a judgement may depend on. */
const JUDGED = [
  'EnableFirewall',
  'DefaultOutboundAction',
  'DisabledInterfaces',
  'AllowLocalPolicyMerge',
  'AllowLocalIPsecPolicyMerge',
  ...PREFERENCES.map(part => `${part}\\${PREFERENCE}`),
]

/**
 * On the host the Private profile's key is Standard (FW_PROFILE_TYPE_STANDARD, MS-FASP 2.2.2). A key Private beside it
 * is not what the service reads; where the two differ, somebody thinks that it is, and the setting is not known.
 */
function hostSettings(
  store: Store,
  settings: ReadSettings,
  ofPrivate: ProfileKey,
  ofPublic: ProfileKey,
  standard: ProfileKey,
  note: Note,
): OwnProfiles {
  const found = {private: settings('private', standard), public: settings('public', ofPublic)}
  const field = `profiles.private.${store}`
  if (ofPrivate.own.kind === 'unreadable') note(field, ofPrivate.own.reason)
  const other = settingsOf(field, ofPrivate, () => {})
  for (const name of ofPrivate.own.kind === 'read' ? JUDGED : []) {
    if (dataOf(other, name) !== dataOf(found.private, name))
      note(`${field}.${name}`, 'the keys PrivateProfile and StandardProfile differ')
  }
  return found
}

/** Most hosts have no key of Group Policy or MDM: where its parent does not list it, it is not asked for. */
async function readRoot(store: Store, registry: Registry): Promise<KeyContent> {
  if (store === 'local') return registry.read(LOCAL)
  const [parent, name] = store === 'mdm' ? [LOCAL, 'Mdm'] : [POLICIES, 'WindowsFirewall']
  const above = await registry.read(parent)
  return above.kind === 'unreadable' ? registry.read(KEYS[store]) : listed(above, parent, name, registry.read)
}

/** A key whose parent has been read. */
async function listed(
  above: KeyContent,
  parent: string,
  name: string,
  read: Registry['read'],
): Promise<KeyContent> {
  if (above.kind !== 'read') return above
  const isThere = above.subkeys.some(subkey => subkey.toLowerCase() === name.toLowerCase())
  return isThere ? read(`${parent}\\${name}`) : {kind: 'absent'}
}

type Note = (field: string, reason: string) => void

function rulesOf(field: string, content: KeyContent, note: Note): Record<string, string> {
  const rules: Record<string, string> = {}
  if (content.kind === 'unreadable') note(field, content.reason)
  if (content.kind !== 'read') return rules
  for (const {name, type, data} of content.values) {
    if (type === 'REG_SZ') rules[name] = data
    else note(`${field}.${name}`, `it is ${type}, and a rule has to be REG_SZ`)
  }
  return rules
}

function settingsOf(field: string, {own, parts}: ProfileKey, note: Note): Settings {
  if (own.kind === 'unreadable') note(field, own.reason)
  if (own.kind !== 'read') return {}
  const preferences = parts.flatMap((part, at) => {
    const name = `${PREFERENCES[at]}\\${PREFERENCE}`
    if (part.kind === 'unreadable') note(`${field}.${name}`, part.reason)
    const value = part.kind === 'read' ? valueNamed(part.values, PREFERENCE) : undefined
    return value ? [[name, dwordOf(value) ?? value.data] as const] : []
  })
  return Object.fromEntries([
    ...own.values.map(value => [value.name, dwordOf(value) ?? value.data] as const),
    ...preferences,
  ])
}

/** Source: MS-GPFAS 2.2.3.13 to 2.2.3.17: these must not be in the Standard profile. */
function withoutNew(settings: Settings): Settings {
  const {
    DefaultOutboundAction: _outbound,
    DefaultInboundAction: _inbound,
    AllowLocalPolicyMerge: _merge,
    AllowLocalIPsecPolicyMerge: _security,
    DisabledInterfaces: _interfaces,
    ...old
  } = settings
  return old
}
