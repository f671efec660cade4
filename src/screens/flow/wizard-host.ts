import type {Region} from '../../aws/regions.ts'
import type {Finding} from '../../contract/finding.ts'
import type {FirewallFacts, HostFacts, Privileges} from '../../contract/host.ts'
import type {Command} from '../../contract/remedy.ts'
import type {Event} from '../../engine/events.ts'
import type {Session} from '../../engine/session.ts'
import type {RequestText} from '../../report/request-sheet.ts'

/** What the wizard asks for. Text as typed and found valid; null where left empty. */
export type WizardAnswers = {
  readonly region: string | null
  readonly stagingSubnet: string | null
  readonly replicationServer: string | null
}

/** The screens of the questions that flags and the configuration may answer, in order. */
export const ASKED_SCREENS = ['region', 'server', 'targets'] as const

export type AskedScreen = (typeof ASKED_SCREENS)[number]

/** What an earlier run was told before it was left. */
export type KeptAnswers = {
  readonly answers: WizardAnswers
  /** The questions that it got through. */
  readonly through: readonly AskedScreen[]
  /** ISO 8601, UTC. */
  readonly at: string
}

export type WizardInitial = WizardAnswers & {
  /** Answers given by a flag or the configuration: shown, not asked. Others are only suggested. */
  readonly answered: ReadonlySet<keyof WizardAnswers>
  /** Whether the environment gives the Region: shown, and asked only of who goes back to it. */
  readonly regionGiven: boolean
  /** Where the suggested Region comes from, to finish "from …": `AWS_REGION`, `the last run`. */
  readonly regionFrom: string | null
}

export type ServerFacts = {
  readonly host: HostFacts
  readonly privileges: Privileges
  readonly firewall: FirewallFacts
}

/** A change of an earlier run that did not end. */
export type InterruptedChange = {
  readonly id: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** Verified before the run was interrupted at another change. */
  readonly kept?: boolean
}

export type SaveFormat = 'markdown' | 'html' | 'json' | 'junit'

export type RegionLatency = {
  readonly region: string
  /** Of a TCP connection to the Region's DRS endpoint; null where nothing answered. */
  readonly ms: number | null
}

export type Latency =
  | {
      readonly kind: 'measured'
      /** Each Region's as it is known, in no order. Throws the signal's reason once aborted. */
      measure(regions: readonly string[], signal: AbortSignal): AsyncIterable<RegionLatency>
    }
  /** A sentence says why. */
  | {readonly kind: 'not-measured'; readonly why: string}

/** The commands that the last screens name; null or empty where there is none to give. */
export type WizardSummary = {
  /** What a person types to install the agent, ready to paste. */
  readonly installLines: readonly string[]
  /** Reverts what this run changed. */
  readonly undoCommand: Command | null
  /** Repeats the run without questions. */
  readonly repeatCommand: Command | null
  /** Gets this server further. */
  readonly nextCommand: Command | null
  /** What others are asked for. */
  readonly requests: readonly RequestText[]
}

/** An error sentence, or null when the text is valid. Empty text is never handed over. */
export type Validate = (text: string) => string | null

/** Everything that the wizard needs from outside: facts, checks, repair, files. */
export type WizardHost = {
  /** `remediate` enters at the checks. */
  readonly mode: 'setup' | 'remediate'
  readonly regions: readonly Region[]
  readonly initial: WizardInitial
  /** How far each Region is; null where that was not asked for. */
  readonly latency: Latency | null
  readonly validate: {readonly stagingSubnet: Validate; readonly replicationServer: Validate}
  /** Offered to be reverted before anything else. */
  readonly interrupted: readonly InterruptedChange[]
  /** Offered to be gone on with, before the first question; null where there is nothing to go on with. */
  readonly resumable: KeptAnswers | null
  /** Keeps what was answered so far for the next start, whatever ends this run. */
  keepAnswers(answers: WizardAnswers, through: readonly AskedScreen[]): void
  undoInterrupted(): Promise<{readonly ok: boolean; readonly message: string}>
  readServer(): Promise<ServerFacts>
  /** Ends after `planned`. May throw the signal's reason once aborted. */
  runChecks(answers: WizardAnswers, signal: AbortSignal): AsyncIterable<Event>
  /**
   * Applies remedies of the plan and checks again; with `persistUnit`, a systemd unit of this tool's own may repeat
   * them at boot. Once aborted it reverts the change under way, then ends.
   */
  applyPlan(remedyIds: readonly string[], signal: AbortSignal, persistUnit: boolean): AsyncIterable<Event>
  summary(session: Session, answers: WizardAnswers): WizardSummary
  /** What others are asked for because of these findings of the session. */
  requests(session: Session, answers: WizardAnswers, findings: readonly Finding[]): readonly RequestText[]
  /** File name of the installer that the latest checks have verified and that can be kept; null without one. */
  heldInstaller(): string | null
  /**
   * Writes that installer to a file, as a program of this user's alone, and tells its full path and when it was verified, in
   * milliseconds since epoch. A file that is there already is replaced only with `replace`.
   * @throws FileExists where one is; UserError when the file cannot be written.
   */
  keepInstaller(path: string, replace: boolean): Promise<{readonly path: string; readonly at: number}>
  /** All that is known, as text for a terminal of that many columns. */
  fullReport(session: Session, answers: WizardAnswers, columns: number): Promise<string>
  /**
   * Writes the report and tells its full path. A file that is there already is replaced only with `replace`.
   * @throws FileExists where one is; UserError when the file cannot be written.
   */
  save(
    format: SaveFormat,
    path: string,
    session: Session,
    answers: WizardAnswers,
    replace?: boolean,
  ): Promise<string>
}

export type WizardResult = {
  readonly session: Session
  readonly answers: WizardAnswers
  /** False when the user left before the summary. */
  readonly finished: boolean
}
