import type {Judgement, Probe} from '../contract/judgement.ts'
import {UserError} from '../errors.ts'
import {type Family, type FamilyInterval, parseInterval} from './address.ts'
import {createJudge} from './judge/judge.ts'
import type {RecordWalk} from './judge/walk-event.ts'
import {readNftables} from './nft/read.ts'
import {type OwnerRules, readOwnerRules} from './owner-rules.ts'
import {readRouting} from './read-routing.ts'
import {buildRuleSet, readSets} from './rule-set.ts'
import type {FirewallState, LinuxFirewallState} from './state.ts'
import {createWindowsJudge} from './windows/judge.ts'
import {programsOf} from './windows/program.ts'
import type {WindowsFirewallState} from './windows/state.ts'

export type CompiledFirewall = {
  /**
   * Judges one TCP connection from this host (`to` an address), or all of them to a range (`to` a CIDR), IPv4 or
   * IPv6. Throws `UserError` for a probe that is no such thing; never for anything in the state.
   *
   * @param record is told what happens on the way through the rules of a Linux host, for a single address
   */
  judge(probe: Probe, record?: RecordWalk): Judgement
  /** What the rules make of who owns a connecting socket. */
  ownerRules(): OwnerRules
  /** Paths of the programs that enabled outbound rules of Windows Firewall name; none on Linux. */
  programs(): readonly string[]
}

/** Prepares a captured firewall state for judging. Nothing is read from this machine. */
export function compileFirewall(state: FirewallState): CompiledFirewall {
  return state.platform === 'win32' ? compileWindows(state) : compileLinux(state)
}

function compileWindows(state: WindowsFirewallState): CompiledFirewall {
  const {judge, rules} = createWindowsJudge(state)
  return {
    judge: probe => judge(parseProbe(probe), probe),
    // Rules may name users, but as security descriptors, which nothing here can evaluate: they are undecided.
    ownerRules: () => ({tellApart: false, named: new Set()}),
    programs: () => programsOf(rules),
  }
}

function compileLinux(state: LinuxFirewallState): CompiledFirewall {
  const sets = readSets(state)
  const nftables = readNftables(state)
  const ruleSets = {
    4: buildRuleSet(state, 4, sets, nftables),
    6: buildRuleSet(state, 6, sets, nftables),
  }
  const prepare = (family: Family) =>
    createJudge(ruleSets[family], readRouting(family, state.interfaces, state.routes), localPorts(state))
  const judges = {4: prepare(4), 6: prepare(6)}
  return {
    judge(probe, record) {
      const range = parseProbe(probe)
      return judges[range.family](range, probe.port, probe.uid ?? 0, record)
    },
    ownerRules: () => readOwnerRules([ruleSets[4], ruleSets[6]]),
    programs: () => [],
  }
}

/** @throws UserError for what is no address, CIDR or port */
export function parseProbe({to, port}: Probe): FamilyInterval {
  const range = parseInterval(to)
  if (!range)
    throw new UserError(`"${to}" is neither an address nor a CIDR; give one like 10.0.0.1 or 10.0.0.0/16.`)
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new UserError(`${port} is no TCP port; give a number from 1 to 65535.`)
  return range
}

function localPorts({localPortRange: [lo, hi], unreadable}: LinuxFirewallState) {
  return unreadable.localPortRange === undefined ? {lo, hi} : {lo: 1, hi: 65535}
}
