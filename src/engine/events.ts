import type {Progress} from '../checks/check.ts'
import type {CheckId} from '../contract/checks.ts'
import type {Finding} from '../contract/finding.ts'
import type {FirewallFacts, HostFacts, Privileges} from '../contract/host.ts'
import type {Plan, Remedy, Step} from '../contract/remedy.ts'
import type {Exchange} from '../platform/network/tcp/exchange.ts'

/** How a remedy ended. `kept`: a re-check proved that it helped. `failed`: a step failed, and the rest was undone. */
export type RemedyResult = 'kept' | 'rolled-back' | 'failed'

/** One connection that was tried to prove a remedy. */
export type Probed = {
  /** `address:port`, IPv6 as `[address]:port`. */
  readonly to: string
  readonly outcome: Exchange['kind']
}

export type AppliedRemedy = {
  /** Id of the journal entry; `undo ID` takes it. */
  readonly id: string
  readonly remedy: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly result: RemedyResult
  /** Why it was rolled back or failed, in one sentence; for one that was kept, what its proof leaves open, or null. */
  readonly reason: string | null
  /** Whether it survives a reboot. */
  readonly persists: boolean
  /** It is written down for the next boot, but whether that works was not verified; `persists` is false then. */
  readonly persistence?: 'not-verified'
  /** The connections that proved or refuted it; none where it came to no proof, or there was nobody to connect to. */
  readonly probes?: readonly Probed[]
}

/** Everything that happens in a run. The engine yields these and prints nothing. Times are milliseconds since epoch. */
export type Event =
  | {readonly type: 'run-started'; readonly at: number; readonly checks: readonly CheckId[]}
  | {
      readonly type: 'host-read'
      readonly host: HostFacts
      readonly privileges: Privileges
      /** Null where no firewall check is part of the run. */
      readonly firewall: FirewallFacts | null
    }
  /** A check that starts again (after a repair) discards its earlier findings. */
  | {readonly type: 'check-started'; readonly check: CheckId; readonly at: number}
  | {readonly type: 'check-progress'; readonly check: CheckId; readonly progress: Progress}
  | {
      readonly type: 'check-finished'
      readonly check: CheckId
      readonly findings: readonly Finding[]
      readonly durationMs: number
    }
  | {readonly type: 'planned'; readonly plan: Plan}
  /** The rules as they are now take others than the remedy that was planned: these are in the plan, and applied next. */
  | {readonly type: 'remedy-replaced'; readonly remedy: Remedy; readonly by: readonly Remedy[]}
  | {readonly type: 'remedy-started'; readonly remedy: string; readonly at: number}
  | {readonly type: 'step-started'; readonly remedy: string; readonly index: number; readonly step: Step}
  | {
      readonly type: 'step-finished'
      readonly remedy: string
      readonly index: number
      readonly result: 'done' | 'already-done' | 'failed' | 'undone'
    }
  | {readonly type: 'remedy-finished'; readonly applied: AppliedRemedy}
  | {readonly type: 'run-finished'; readonly at: number}
  /** The installer that a check has verified was put into a file, whose content was verified once more. */
  | {readonly type: 'installer-kept'; readonly path: string; readonly at: number}
