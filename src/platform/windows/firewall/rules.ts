import type {Profile, Settings, Store} from '../../../firewall/windows/state.ts'
import type {KeyContent, Registry} from '../registry.ts'
import {dwordOf} from '../registry-text.ts'

export type StoredRules = {
  readonly rules: Record<Store, Record<string, string>>
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
 * Reads rules and profile settings of every store from the registry. What may not be read, and what has a type that it
 * must not have, is named in `unreadable`. Source: MS-GPFAS 2.2.2.19 and 2.2.3.
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
    profiles: {domain: ofProfile('domain'), private: ofProfile('private'), public: ofProfile('public')},
    unreadable: {...local.unreadable, ...groupPolicy.unreadable, ...mdm.unreadable},
  }
}

type StoreContent = {
  readonly rules: Record<string, string>
  readonly settings: Record<Profile, Settings>
  readonly unreadable: Record<string, string>
}

async function readStore(store: Store, registry: Registry): Promise<StoreContent> {
  const key = KEYS[store]
  const root = readRoot(store, registry)
  const below = async (name: string, read = registry.read) => listed(await root, key, name, read)
  const [rules, domain, ofPrivate, ofPublic, standard] = await Promise.all([
    // Every host has rules of its own: what takes longest begins at once.
    store === 'local'
      ? registry.readMany(`${key}\\FirewallRules`)
      : below('FirewallRules', registry.readMany),
    below('DomainProfile'),
    below('PrivateProfile'),
    below('PublicProfile'),
    below('StandardProfile'),
  ])
  const unreadable: Record<string, string> = {}
  const note = (field: string, reason: string) => {
    unreadable[field] = reason
  }
  if (store === 'local' && rules.kind === 'absent')
    note('rules.local', `there is no key ${key}\\FirewallRules`)
  const settings = (profile: Profile, content: KeyContent) =>
    settingsOf(`profiles.${profile}.${store}`, content, note)
  // The host's own key for Private is still called Standard. In Group Policy that is the Private and the Public profile
  // of old, which counts only where neither of the new ones is there, and may not hold what is new since.
  const old = store === 'groupPolicy' && ofPrivate.kind === 'absent' && ofPublic.kind === 'absent'
  const privateKey = store === 'groupPolicy' || ofPrivate.kind !== 'absent' ? ofPrivate : standard
  return {
    rules: rulesOf(`rules.${store}`, rules, note),
    settings: {
      domain: settings('domain', domain),
      private: old ? withoutNew(settings('private', standard)) : settings('private', privateKey),
      public: old ? withoutNew(settings('public', standard)) : settings('public', ofPublic),
    },
    unreadable,
  }
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

function settingsOf(field: string, content: KeyContent, note: Note): Settings {
  if (content.kind === 'unreadable') note(field, content.reason)
  if (content.kind !== 'read') return {}
  return Object.fromEntries(content.values.map(value => [value.name, dwordOf(value) ?? value.data]))
}

/** Source: MS-GPFAS 2.2.3.13 and 2.2.3.15 to 2.2.3.17: these must not be in the Standard profile. */
function withoutNew(settings: Settings): Settings {
  const {
    DefaultOutboundAction: _outbound,
    DefaultInboundAction: _inbound,
    AllowLocalPolicyMerge: _merge,
    DisabledInterfaces: _interfaces,
    ...old
  } = settings
  return old
}
