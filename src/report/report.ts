import type {Status} from '../contract/cause-codes.ts'
import type {Finding, JsonValue} from '../contract/finding.ts'
import type {FirewallFacts, HostFacts} from '../contract/host.ts'
import type {Command, Plan} from '../contract/remedy.ts'
import type {AppliedRemedy} from '../engine/events.ts'
import type {Outcome} from '../engine/outcome.ts'

export type ReportHost = Omit<HostFacts, 'osId'> & {readonly firewall: FirewallFacts}

/** A finding whose remedies are named by their ids in the plan. */
export type ReportFinding = Omit<Finding, 'remedies'> & {readonly remedies: readonly string[]}

/** The document that `--json` prints, and the only thing that the printers read. `report-schema.ts` is its schema. */
export type Report = {
  readonly schemaVersion: 1
  readonly tool: {readonly name: string; readonly version: string}
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly durationMs: number
  /** Null when the run ended before the host was read. */
  readonly host: ReportHost | null
  /** The run's options without secrets. */
  readonly options: {readonly [option: string]: JsonValue}
  readonly findings: readonly ReportFinding[]
  readonly plan: Plan
  readonly applied: readonly AppliedRemedy[]
  /** How many findings there are of each status. */
  readonly counts: Readonly<Record<Status, number>>
  readonly outcome: Outcome
  /** The one command to run next, words in capitals to be filled in; null where there is none. */
  readonly next: Command | null
  /** Null where no installer can be named: no Region, or an operating system without an agent. */
  readonly installCommand: Command | null
}

/** How a report is to look, and what a reader wants to know that is not part of it. */
export type Extras = {
  /** Width to wrap prose at; commands, rules and URLs are never broken. 80 unless given. */
  readonly columns?: number
  /** ANSI colours; none unless true. */
  readonly color?: boolean
  /** Glyphs beyond ASCII; none unless true. */
  readonly unicode?: boolean
  /** Every target with its own layers and summary. */
  readonly verbose?: boolean
  /** The command line that repeats the run unattended. */
  readonly repeat?: Command | null
  /** Print the commands of remedies that were not applied: the run was made to see them. */
  readonly plan?: boolean
}
