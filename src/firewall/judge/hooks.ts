import {type Action, type BaseChain, type Chain, type Hook, partsOf, type RuleSet} from '../model.ts'
import {PRIORITY} from '../netfilter.ts'

/** Base chains of one hook in the order in which a packet meets them; several orders where it is not known. */
export type Hooks = Readonly<Record<Hook, readonly (readonly BaseChain[])[]>>

/** Below the distance of two priorities. */
const HALF = 0.5

export function hooksOf({bases}: RuleSet): Hooks {
  const translates = bases.some(({nat}) => nat)
  const at = (hook: Hook) => {
    const here = bases.filter(base => base.hook === hook)
    const tied = ties(hook, translates)
    const isTied = ({nat, priority}: BaseChain) => !nat && tied.includes(priority)
    const shifts = here.some(isTied) ? [-HALF, HALF] : [0]
    return shifts.flatMap(shift =>
      ordersOf(here.map(base => (isTied(base) ? {...base, priority: base.priority + shift} : base))),
    )
  }
  return {
    ingress: at('ingress'),
    prerouting: at('prerouting'),
    input: at('input'),
    output: at('output'),
    postrouting: at('postrouting'),
    egress: at('egress'),
  }
}

/** Priorities at which a chain runs either before or after the kernel's own connection tracking or NAT. */
function ties(hook: Hook, translates: boolean): readonly number[] {
  if (hook === 'output' || hook === 'prerouting')
    return translates ? [PRIORITY.conntrack, PRIORITY.destinationNat] : [PRIORITY.conntrack]
  if (hook === 'input' || hook === 'postrouting') return translates ? [PRIORITY.sourceNat] : []
  return []
}

/**
 * At one priority the chain that was made last runs first. What is known of that is not certain; the likely order is
 * last.
 */
function ordersOf(bases: readonly BaseChain[]): BaseChain[][] {
  const sorted = [...bases].sort((a, b) => a.priority - b.priority || made(b) - made(a))
  const shared = (base: BaseChain) => sorted.some(other => other !== base && other.priority === base.priority)
  if (!sorted.some(base => !base.nat && shared(base) && leavesTraces(base.chain))) return [sorted]
  return [[...bases].sort((a, b) => a.priority - b.priority || made(a) - made(b)), sorted]
}

function made(base: BaseChain): number {
  return base.made ?? 0
}

const TRACELESS: ReadonlySet<Action['kind']> = new Set<Action['kind']>([
  'continue',
  'accept',
  'drop',
  'reject',
  'return',
  'call',
  'choose',
])

/** Whether what the chain does to a packet can be seen by later chains. */
function leavesTraces(chain: Chain, seen = new Set<Chain>()): boolean {
  if (seen.has(chain)) return false
  seen.add(chain)
  return chain.rules.some(rule => {
    for (const {action} of partsOf(rule)) {
      if (!TRACELESS.has(action.kind)) return true
      if (action.kind === 'call' && leavesTraces(action.chain, seen)) return true
    }
    return false
  })
}

/** The NAT chains of a hook in their own order; both ways where some share a priority. */
export function natOrders(bases: readonly BaseChain[]): BaseChain[][] {
  const nat = bases.filter(base => base.nat)
  const order = ({natPriority, priority}: BaseChain) => natPriority ?? priority
  const sorted = [...nat].sort((a, b) => order(a) - order(b))
  if (!sorted.some((base, index) => index > 0 && order(base) === order(sorted[index - 1] ?? base)))
    return [sorted]
  return [sorted, [...nat].reverse().sort((a, b) => order(a) - order(b))]
}
