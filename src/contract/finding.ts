import type {CauseCode, Owner, Status} from './cause-codes.ts'
import type {CheckId} from './checks.ts'
import type {Evidence} from './evidence.ts'
import type {Remedy} from './remedy.ts'

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | {readonly [key: string]: JsonValue}

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
