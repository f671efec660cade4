import type {Blocker} from '../../contract/judgement.ts'
import type {Profile, Store} from './state.ts'

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
  return WORDS.get(name) ?? name
}

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries({...STORE_WORDS, ...PROFILE_WORDS}))

/** What blocks, to be used inside a sentence. */
export function describeWindowsBlocker({table, chain, rule, text}: Blocker): string {
  return rule === 'policy'
    ? `the default outbound action of the ${wordFor(chain)} profile of Windows Firewall (${wordFor(table)}: \`${text}\`)`
    : `the ${wordFor(table)} rule ${rule} of Windows Firewall (\`${text}\`)`
}
