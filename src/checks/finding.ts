import {CAUSES, type CauseCode, type Owner, type Status} from '../contract/cause-codes.ts'
import type {CheckId} from '../contract/checks.ts'
import type {Evidence} from '../contract/evidence.ts'
import type {Finding} from '../contract/finding.ts'
import type {Remedy} from '../contract/remedy.ts'

type Details = {
  readonly target?: string | null
  readonly summary: string
  readonly nextStep?: string | null
  /** Only where it differs from the owner of the cause code. */
  readonly status?: Status
  readonly owner?: Owner | null
  readonly evidence?: Evidence
  readonly remedies?: readonly Remedy[]
  readonly durationMs?: number
}

/** Builds a finding, taking status and owner from the cause code unless given. */
export function finding(check: CheckId, code: CauseCode, details: Details): Finding {
  const cause = CAUSES[code]
  return {
    check,
    target: details.target ?? null,
    status: details.status ?? cause.status,
    code,
    owner: details.owner === undefined ? cause.owner : details.owner,
    summary: details.summary,
    nextStep: details.nextStep ?? null,
    evidence: details.evidence ?? {},
    remedies: details.remedies ?? [],
    durationMs: details.durationMs ?? 0,
  }
}
