import type {IptablesEngine} from '../../contract/engines.ts'

/** The program that writes to one engine, for each address family; null where none is installed. */
export type IptablesPrograms = {readonly ip: string | null; readonly ip6: string | null}

/**
 * Which program to run for each rule engine. The plain names (`iptables`) stand for the engine that
 * `iptables --version` names, where the suffixed program (`iptables-legacy`, `iptables-nft`) is missing.
 */
export type FirewallTools = Readonly<Record<IptablesEngine, IptablesPrograms>> & {
  readonly nft: string | null
  /** What edits Windows Firewall on this host; null or left out: nothing. */
  readonly windows?: WindowsTool | null
}

/** `powershell`: the NetSecurity cmdlets (Windows 8, Server 2012 and later). */
export type WindowsTool = 'powershell' | 'netsh'
