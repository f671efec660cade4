import type {FirewallManager} from '../contract/host.ts'
import type {IptablesEngine} from './tools.ts'

/** Who keeps this host's rules from boot to boot, and what he has written down: what a lasting repair has to edit. */
export type Keeper = {
  readonly manager: FirewallManager | null
  /** Rule files that are loaded at boot, by absolute path, with their text; those that exist and could be read. */
  readonly files: Readonly<Record<string, string>>
  /** The engine that `iptables-restore` and `ip6tables-restore` load such files into; null where not installed. */
  readonly restores: {readonly ip: IptablesEngine | null; readonly ip6: IptablesEngine | null}
  /** Absolute path of each program that changes rules, by its name. */
  readonly programs: Readonly<Record<string, string>>
  /** Whether systemd runs this host, so that a unit can be enabled. */
  readonly systemd: boolean
  /** Consent (`--persist-unit`) to a systemd unit of this tool's own where nobody keeps rules. */
  readonly mayAddUnit: boolean
}

/** For a state from elsewhere: nothing is known, so nothing lasts. */
export const NO_KEEPER: Keeper = {
  manager: null,
  files: {},
  restores: {ip: null, ip6: null},
  programs: {},
  systemd: false,
  mayAddUnit: false,
}
