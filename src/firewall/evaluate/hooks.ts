import {PRIORITY} from '../model/protocol.ts'
import {reachableActions} from '../model/reachable.ts'
import type {Action, BaseChain, Chain, Hook, RuleSet} from '../model/rules.ts'

/** The base chains of one hook. */
export type HookOrders = {
  /** In the order in which a packet meets them; several orders where that is not known, the likely one last. */
  readonly orders: readonly (readonly BaseChain[])[]
  /** What has an order that is not known, in words. */
  readonly ties: readonly string[]
  /** There are more orders than can be followed. */
  readonly tooMany: boolean
}

export type Hooks = Readonly<Record<Hook, HookOrders>>

export function hooksOf({bases}: RuleSet): Hooks {
  const translates = bases.some(({nat}) => nat)
  const at = (hook: Hook) =>
    ordersAt(
      hook,
      bases.filter(base => base.hook === hook),
      translates,
    )
  return {
    ingress: at('ingress'),
    prerouting: at('prerouting'),
    input: at('input'),
    output: at('output'),
    postrouting: at('postrouting'),
    egress: at('egress'),
  }
}

/** Orders of a hook that are followed: all those of four chains at one priority. */
const MOST_ORDERS = 24
const MOST_TIED = 4

/** The kernel's own work in a hook, by priority. */
function kernelWork(hook: Hook, translates: boolean): ReadonlyMap<number, string> {
  const work = new Map<number, string>()
  const outermost = hook === 'output' || hook === 'prerouting'
  if (outermost) work.set(PRIORITY.conntrack, 'connection tracking')
  if (translates && outermost) work.set(PRIORITY.destinationNat, 'NAT')
  if (translates && (hook === 'input' || hook === 'postrouting')) work.set(PRIORITY.sourceNat, 'NAT')
  return work
}

/** `kernel`: the kernel's own work, among the chains of its priority. */
type Tied = BaseChain | 'kernel'

function ordersAt(hook: Hook, here: readonly BaseChain[], translates: boolean): HookOrders {
  const work = kernelWork(hook, translates)
  const ties: string[] = []
  let orders: BaseChain[][] = [[]]
  let tooMany = false
  for (const [priority, all] of [...Map.groupBy(here, base => base.priority)].sort(([a], [b]) => a - b)) {
    const [nat, chains] = [all.filter(base => base.nat), all.filter(base => !base.nat)]
    const kernel = work.get(priority)
    const open = chains.length > 1 && chains.some(({chain}) => leavesTraces(chain))
    const tied: readonly Tied[] = kernel !== undefined && chains.length > 0 ? [...chains, 'kernel'] : chains
    const likely = [...tied].sort(runsEarlier)
    const inOrder = !open && tied.length === chains.length
    const groups = inOrder ? [likely] : tied.length > MOST_TIED ? null : permutations(likely)
    if (groups === null || groups.length > 1) ties.push(describeTie(hook, priority, tied, kernel ?? ''))
    const followed =
      groups && groups.length * orders.length <= MOST_ORDERS ? groups : [likely.toReversed(), likely]
    tooMany ||= followed !== groups
    orders = orders.flatMap(before => followed.map(group => [...before, ...placed(group, nat)]))
  }
  return {orders, ties, tooMany}
}

/** Every order of all hooks that there may be, the likely one first; null where there are too many. */
export function orderings(hooks: Hooks): Hooks[] | null {
  const entries = Object.entries(hooks)
  const count = entries.reduce((product, [, {orders}]) => product * orders.length, 1)
  if (count > MOST_ORDERS || entries.some(([, {tooMany}]) => tooMany)) return null
  let all: Partial<Hooks>[] = [{}]
  for (const [hook, {orders}] of entries)
    all = orders.toReversed().flatMap(order => all.map(one => ({...one, [hook]: only(order)})))
  return all.map(one => ({...hooks, ...one}))
}

function only(order: readonly BaseChain[]): HookOrders {
  return {orders: [order], ties: [], tooMany: false}
}

/** Below the distance of two priorities. */
const HALF = 0.5

/** Chains before the kernel's own work get a lower priority, and those after it a higher one. */
function placed(group: readonly Tied[], nat: readonly BaseChain[]): BaseChain[] {
  const at = group.indexOf('kernel')
  if (at < 0) return [...group.filter(one => one !== 'kernel'), ...nat]
  const shifted = (from: number, to: number, by: number) =>
    group.slice(from, to).flatMap(one => (one === 'kernel' ? [] : [{...one, priority: one.priority + by}]))
  return [...shifted(0, at, -HALF), ...nat, ...shifted(at, group.length, HALF)]
}

/**
 * At one priority the chain that was made last runs first (net/netfilter/core.c, `nf_hook_entries_grow`); the kernel's
 * own work mostly came last.
 */
function runsEarlier(a: Tied, b: Tied): number {
  if (a === 'kernel' || b === 'kernel') return a === b ? 0 : a === 'kernel' ? -1 : 1
  return made(b) - made(a)
}

function made(base: BaseChain): number {
  return base.made ?? 0
}

/** All orders in which these may run, with that in which they are given last. */
function permutations(tied: readonly Tied[]): Tied[][] {
  if (tied.length <= 1) return [[...tied]]
  return tied
    .flatMap((first, at) => {
      const rest = tied.filter((_, index) => index !== at)
      const mayBeFirst = rest.every(other => !runsSurelyBefore(other, first))
      return mayBeFirst ? [permutations(rest).map(more => [first, ...more])] : []
    })
    .reverse()
    .flat()
}

/** The chains of one table are listed in the order in which they were made. */
function runsSurelyBefore(a: Tied, b: Tied): boolean {
  if (a === 'kernel' || b === 'kernel' || a.made === undefined || b.made === undefined) return false
  const [one, other] = [a.policy.source, b.policy.source]
  return one.family === other.family && one.table === other.table && a.made > b.made
}

function describeTie(hook: Hook, priority: number, tied: readonly Tied[], kernel: string): string {
  const names = tied.map(one => {
    if (one === 'kernel') return kernel
    const {family, table, chain} = one.policy.source
    return `chain ${chain} (table ${family} ${table})`
  })
  const all = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `the order of ${all}, which have the same priority (${priority}) in hook ${hook}: the chain loaded later runs first, and the rules do not show which that is`
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
function leavesTraces(chain: Chain): boolean {
  for (const {kind} of reachableActions([chain])) if (!TRACELESS.has(kind)) return true
  return false
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
