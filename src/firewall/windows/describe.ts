import type {Blocker} from '../../contract/judgement.ts'
import {PROFILES, type Profile, STORES, type Store} from './state.ts'

export const STORE_WORDS: Readonly<Record<Store, string>> = {
  local: 'local',
  groupPolicy: 'Group Policy',
  mdm: 'MDM',
}

export const PROFILE_WORDS: Readonly<Record<Profile, string>> = {
  domain: 'Domain',
  private: 'Private',
  public: 'Public',
}

/** A store's or profile's name for humans; as it is where it is neither. */
export function wordFor(name: string): string {
  const store = STORES.find(known => known === name)
  const profile = PROFILES.find(known => known === name)
  return store ? STORE_WORDS[store] : profile ? PROFILE_WORDS[profile] : name
}

/** What blocks, to be used inside a sentence. */
export function describeWindowsBlocker({table, chain, rule, text}: Blocker): string {
  return rule === 'policy'
    ? `the default outbound action of the ${wordFor(chain)} profile of Windows Firewall (${wordFor(table)}: \`${text}\`)`
    : `the ${wordFor(table)} rule ${rule} of Windows Firewall (\`${text}\`)`
}
