/** A place in a table: before the rule of that number, counted from 1, or after the last. */
export type Place = {readonly chain: string; readonly number: number | 'end'}

/** Chains of one table; of each rule, in order, the chains that it may jump or go to. */
export type ChainGraph = ReadonlyMap<string, readonly (readonly string[])[]>

export type Bases = {
  /** Where packets that travel as the stopped one does come in. */
  readonly own: readonly string[]
  /** Where other packets come in: those of the other way, and forwarded ones. */
  readonly other: readonly string[]
}

/**
 * Where an accept can go so that the packet meets it before the rule that stops it, nearest first: directly before
 * that rule; else, if its chain is `foreign` or is also walked by other packets (that come in, or are forwarded),
 * before the jumps that lead there. The last jump of a chain comes first: an earlier one helps as well, but bypasses
 * more.
 */
export function searchPlaces(
  graph: ChainGraph,
  start: {readonly chain: string; readonly number: number},
  bases: Bases,
  foreign: (chain: string) => boolean,
): readonly Place[] {
  const ours = reachableFrom(graph, bases.own)
  const others = reachableFrom(graph, bases.other)
  const usable = (name: string) =>
    ours.has(name) && (bases.own.includes(name) || !(others.has(name) || foreign(name)))
  const places: Place[] = []
  const seen = new Set([start.chain])
  const queue = [start]
  for (let at = queue.shift(); at; at = queue.shift()) {
    if (usable(at.chain)) {
      places.push(at)
      continue
    }
    for (const caller of ours) {
      if (seen.has(caller)) continue
      const jumps = jumpsTo(graph, caller, at.chain)
      if (jumps.length > 0) seen.add(caller)
      queue.push(...jumps.map(number => ({chain: caller, number})))
    }
  }
  return places
}

/**
 * The same place, but before the rules directly in front of it that only log: an accept between a LOG and its DROP would
 * have every packet of the accepted traffic logged.
 *
 * @param onlyLogs of each rule of the chain, in order, whether all that it does is log
 */
export function beforeLogging({chain, number}: Place, onlyLogs: readonly boolean[]): Place {
  let before = number === 'end' ? onlyLogs.length + 1 : number
  while (before > 1 && onlyLogs[before - 2]) before -= 1
  return {chain, number: number === 'end' && before > onlyLogs.length ? 'end' : before}
}

/** Last one first. */
function jumpsTo(graph: ChainGraph, from: string, to: string): number[] {
  return (graph.get(from) ?? [])
    .flatMap((targets, index) => (targets.includes(to) ? [index + 1] : []))
    .reverse()
}

/** The chains that packets get to from these, which are among them. */
export function reachableFrom(graph: ChainGraph, chains: readonly string[]): ReadonlySet<string> {
  const reached = new Set(chains.filter(chain => graph.has(chain)))
  // A Set's iteration visits what is added during it.
  for (const chain of reached) {
    for (const target of (graph.get(chain) ?? []).flat()) if (graph.has(target)) reached.add(target)
  }
  return reached
}
