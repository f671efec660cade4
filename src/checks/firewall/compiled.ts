import {type CompiledFirewall, compileFirewall} from '../../firewall/compile.ts'
import type {FirewallState} from '../../firewall/state.ts'

const compilations = new WeakMap<FirewallState, CompiledFirewall>()

/** The rules as the judge takes them, once for all checks that ask. */
export function compiledFirewall(state: FirewallState): CompiledFirewall {
  const known = compilations.get(state)
  if (known) return known
  const firewall = compileFirewall(state)
  compilations.set(state, firewall)
  return firewall
}
