import type {Judgement} from '../../../src/contract/judgement.ts'

type Counted = {readonly packets: number; readonly stops: boolean}

/**
 * Whether the counters of one attempt agree with the blocker: its rule has seen a packet, and no other rule that stops
 * packets outright has. Null when they do, else what is wrong. Every rule counts what passes its matches.
 */
export function blameIsRight({blocker, stage, how}: Judgement, before: string, after: string): string | null {
  if (!blocker) return 'nobody is blamed'
  const [then, now] = [countersOf(before), countersOf(after)]
  if (!then || !now) return null
  const moved = [...now].filter(([id, {packets}]) => packets > (then.get(id)?.packets ?? 0))
  const blamed = `${blocker.family} ${blocker.table} ${blocker.chain} ${blocker.rule}`
  const others = moved.filter(([id, {stops}]) => stops && id !== blamed).map(([id]) => id)
  if (blocker.rule !== 'policy' && !moved.some(([id]) => id === blamed))
    return `${blamed} has seen nothing, but ${others}`
  // Data is sent in several packets, and a reject sends one of its own, which other rules may stop.
  const early = how === 'drop' && (stage === 'out-syn' || stage === 'in-synack')
  return early && others.length > 0 ? `instead of ${blamed} it was ${others}` : null
}

type Entry = {readonly rule?: {family: string; table: string; chain: string; expr: Record<string, unknown>[]}}

/** Null for JSON that breaks off, as that of nft 1.0.6 does for some tables with flags. */
function countersOf(json: string): Map<string, Counted> | null {
  let entries: readonly Entry[]
  try {
    entries = (JSON.parse(json) as {nftables: Entry[]}).nftables
  } catch {
    return null
  }
  const numbers = new Map<string, number>()
  const counters = new Map<string, Counted>()
  for (const {rule} of entries) {
    if (!rule) continue
    const chain = `${rule.family} ${rule.table} ${rule.chain}`
    const number = (numbers.get(chain) ?? 0) + 1
    numbers.set(chain, number)
    const counter = rule.expr.find(statement => 'counter' in statement)?.counter as
      | {packets: number}
      | undefined
    const stops = rule.expr.some(statement => 'drop' in statement || 'reject' in statement)
    const afterMap = rule.expr.some(statement => 'vmap' in statement)
    if (counter) counters.set(`${chain} ${number}`, {packets: counter.packets, stops: stops && !afterMap})
  }
  return counters
}
