import type {Privileges} from '../../contract/host.ts'
import {compileFirewall, type Firewall} from '../../firewall/compile.ts'
import {type FirewallState, unreadableOf} from '../../firewall/state/state.ts'

const compilations = new WeakMap<FirewallState, Firewall>()

/** The rules as the judge takes them, once for all checks that ask. */
export function compiledFirewall(state: FirewallState): Firewall {
  const known = compilations.get(state)
  if (known) return known
  const firewall = compileFirewall(state)
  compilations.set(state, firewall)
  return firewall
}

/** What the user does about rules that could not be read. */
export function readingAdvice(state: FirewallState, {elevated}: Privileges): string {
  if (elevated)
    return isSlow(state) ? 'Run it again when this server is less busy' : 'Fix the cause named above'
  return state.platform === 'win32' ? 'Run the same command as Administrator' : 'Run the same command as root'
}

/** Why rules could not be read, as clauses for humans. An unprivileged run on Linux has one reason for all of them. */
export function unreadableRules(state: FirewallState, {elevated, user}: Privileges): readonly string[] {
  const reasons = Object.entries(unreadableOf(state)).flatMap(([field, reason]) =>
    isRuleDump(field) ? [reason] : [],
  )
  if (reasons.length > 0 && !elevated && state.platform === 'linux')
    return [`only root can read them, and you are ${user}`]
  return [...new Set(reasons)]
}

function isRuleDump(field: string): boolean {
  return /^(arptables|ip6?tables|nft|rules|connectionSecurityRules|profiles|firewallService)/.test(field)
}

/** Whether programs were given up that may well have answered. */
function isSlow(state: FirewallState): boolean {
  return Object.values(unreadableOf(state)).some(reason => reason.includes(' did not finish within '))
}
