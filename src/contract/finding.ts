import type {CauseCode, Owner, Status} from './cause-codes.ts'
import type {CheckId} from './checks.ts'
import type {Judgement} from './judgement.ts'
import type {Remedy} from './remedy.ts'

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | {readonly [key: string]: JsonValue}

export const LAYERS = ['dns', 'tcp', 'proxy', 'tls', 'http'] as const

export type LayerName = (typeof LAYERS)[number]

/** How one layer of a network path answered. */
export type Layer = {
  readonly layer: LayerName
  readonly status: Status
  readonly code: CauseCode
  /** Milliseconds spent in this layer alone. */
  readonly ms: number
  readonly detail: string
}

/** A line of a chain's listing around the rule that decides. */
export type NeighbourLine = {
  /** Number in its chain from 1, or `policy` for what happens at the chain's end. */
  readonly number: number | 'policy'
  readonly text: string
  /** Whether it is the one that the finding is about. */
  readonly decides: boolean
}

/** Facts that support a finding, ready for JSON. */
export type Evidence = {
  readonly layers?: readonly Layer[]
  readonly judgement?: Judgement
  /** The rule that blocks, or on which it depends, between those that stand before and after it in its chain. */
  readonly neighbours?: readonly NeighbourLine[]
  readonly [fact: string]: JsonValue | readonly Layer[] | readonly NeighbourLine[] | Judgement | undefined
}

export type Finding = {
  readonly check: CheckId
  readonly target: string | null
  readonly status: Status
  readonly code: CauseCode
  readonly owner: Owner | null
  /** What was found, in one sentence. */
  readonly summary: string
  /** What to do about it, in one sentence; null where nothing is to be done. */
  readonly nextStep: string | null
  readonly evidence: Evidence
  readonly remedies: readonly Remedy[]
  readonly durationMs: number
}
