import type {IptablesEngine} from '../../contract/engines.ts'
import type {FirewallManager} from '../../contract/host.ts'

/** Who keeps this host's rules from boot to boot, and what he has written down: what a lasting repair has to edit. */
export type Persistence = {
  readonly manager: FirewallManager | null
  /** Rule files that are loaded at boot, by absolute path, with their text; those that exist and could be read. */
  readonly files: Readonly<Record<string, string>>
  /** Those of them that an edit would harm, with the reason as a clause. */
  readonly uneditable?: Readonly<Record<string, string>>
  /** The engine that `iptables-restore` and `ip6tables-restore` load such files into; null where not installed. */
  readonly restores: {readonly ip: IptablesEngine | null; readonly ip6: IptablesEngine | null}
  /** Absolute path of each program that changes rules, by its name. */
  readonly programs: Readonly<Record<string, string>>
  /** Whether systemd runs this host, so that a unit can be enabled. */
  readonly systemd: boolean
  /** Consent (`--persist-unit`) to a systemd unit of this tool's own where nobody keeps rules. */
  readonly mayAddUnit: boolean
  /** What that unit adds already: names of its files of rules, without their ending. */
  readonly bootFiles?: readonly string[]
  /** What ufw and firewalld say of themselves; null unless they are the manager, and answer. */
  readonly ufw: Ufw | null
  readonly firewalld: Firewalld | null
  /** Why firewalld has not said anything though it is the manager, as a clause. */
  readonly firewalldSilence?: string
}

/** What ufw has been told, as far as a new rule depends on it. */
export type Ufw = {
  /** Major and minor; null where ufw does not tell. */
  readonly version: readonly [major: number, minor: number] | null
  /** Whether it has rules for IPv6; where it has none, it lets none of it through. */
  readonly ipv6: boolean
  /** Its rules by family: what their `tuple` lines say of the packets, without action and comment. */
  readonly rules: {readonly ip: readonly string[]; readonly ip6: readonly string[]}
}

/** What firewalld has in effect at the moment. */
export type Firewalld = {
  readonly policies: readonly FirewalldPolicy[]
  readonly directRules: readonly DirectRule[]
  /** Panic mode drops every packet, whatever the rules say. */
  readonly panic: boolean
}

export type FirewalldPolicy = {
  readonly name: string
  /** Of its rich rules. */
  readonly priorities: readonly number[]
  /** Whether it is written down, too, so that it outlives a reload. */
  readonly permanent: boolean
}

/** A rule that firewalld was given in the words of iptables. */
export type DirectRule = {
  readonly family: 'ip' | 'ip6'
  readonly table: string
  readonly chain: string
  readonly priority: number
}

/** For a state from elsewhere: nothing is known, so nothing lasts. */
export const NO_PERSISTENCE: Persistence = {
  manager: null,
  files: {},
  restores: {ip: null, ip6: null},
  programs: {},
  systemd: false,
  mayAddUnit: false,
  ufw: null,
  firewalld: null,
}
