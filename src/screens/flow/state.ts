import type {Finding} from '../../contract/finding.ts'
import type {Event} from '../../engine/events.ts'
import {EMPTY_SESSION, type Session} from '../../engine/session.ts'
import type {
  AskedScreen,
  KeptAnswers,
  RegionLatency,
  ServerFacts,
  WizardAnswers,
  WizardHost,
} from './wizard-host.ts'

export type Question = 'interrupted' | 'resume' | AskedScreen

export type Screen =
  | Question
  | 'checks'
  | 'findings'
  | 'plan'
  | 'confirm'
  | 'persist'
  | 'applying'
  | 'installer'
  | 'summary'

export type Ending =
  | {readonly kind: 'finished'}
  /** The user left before the summary. */
  | {readonly kind: 'left'}
  | {readonly kind: 'error'; readonly error: unknown}

export type Drafts = Readonly<Partial<Record<keyof WizardAnswers, string>>>

export type FlowState = {
  /** The questions of this run, in order; those that flags or the configuration answer are not among them. */
  readonly questions: readonly Question[]
  /** Questions that are passed over unless they are gone back to: the environment has answered them. */
  readonly passedOver: ReadonlySet<Question>
  readonly screen: Screen
  readonly answers: WizardAnswers
  /** What was typed and not submitted, so that going back and forth forgets nothing. */
  readonly drafts: Drafts
  /** The questions that were answered, by this run or by the one that it goes on with. */
  readonly through: readonly AskedScreen[]
  readonly server: ServerFacts | null
  /** Milliseconds to each Region, as far as that is known; null where nothing answered. */
  readonly latencies: ReadonlyMap<string, number | null>
  readonly session: Session
  /** What was found before the checks ran again; null on their first run. */
  readonly before: readonly Finding[] | null
  /** Ids of the remedies to apply. */
  readonly chosen: ReadonlySet<string>
  /** Which group of `confirmGroups` is being asked for, and what was agreed to before it. */
  readonly confirming: number
  readonly confirmed: readonly string[]
  /** Consent to a systemd unit of this tool's own. */
  readonly persistUnit: boolean
  /** Whether the repair that the `applying` screen shows has come to its end. */
  readonly repairEnded: boolean
  /** The question whether to leave is open. */
  readonly leaving: boolean
  /** Set when a repair is being stopped: the error to end with once it has reverted its last change. */
  readonly stopping: Error | null
  readonly ending: Ending | null
}

export type Action =
  | {readonly type: 'answered'; readonly answers?: Partial<WizardAnswers>}
  | {readonly type: 'typed'; readonly question: keyof WizardAnswers; readonly text: string}
  /** Goes on with an earlier run's answers, at the first question that it did not get through. */
  | {readonly type: 'resume'; readonly kept: KeptAnswers | null}
  | {readonly type: 'latency-measured'; readonly latency: RegionLatency}
  | {readonly type: 'server-read'; readonly server: ServerFacts}
  | {readonly type: 'event'; readonly event: Event}
  | {readonly type: 'run-ended'}
  /** Runs every check again, after something was fixed outside. */
  | {readonly type: 'check-again'}
  | {readonly type: 'see-findings'}
  /** On to the next screen; at the plan it means to repair nothing. */
  | {readonly type: 'continue'}
  | {readonly type: 'toggle'; readonly remedy: string}
  | {readonly type: 'review'}
  | {readonly type: 'confirm'; readonly agreed: boolean}
  | {readonly type: 'persist'; readonly agreed: boolean}
  | {readonly type: 'back'}
  | {readonly type: 'ask-leave'}
  | {readonly type: 'stay'}
  | {readonly type: 'leave'}
  /** `insists`: by a key, so that a second one may end the wizard without waiting for a repair to be reverted. */
  | {readonly type: 'interrupt'; readonly error: Error; readonly insists?: boolean}
  | {readonly type: 'failed'; readonly error: unknown}

export function startFlow(
  host: Pick<WizardHost, 'mode' | 'initial' | 'interrupted' | 'resumable'>,
): FlowState {
  const {answered, region, regionGiven, stagingSubnet, replicationServer} = host.initial
  const questions: Question[] = host.interrupted.length > 0 ? ['interrupted'] : []
  if (host.mode === 'setup') {
    if (host.resumable !== null) questions.push('resume')
    if (!answered.has('region')) questions.push('region')
    questions.push('server')
    if (!answered.has('stagingSubnet') || !answered.has('replicationServer')) questions.push('targets')
  }
  const passedOver = new Set<Question>(regionGiven ? ['region'] : [])
  return {
    questions,
    passedOver,
    screen: nextQuestion({questions, passedOver}, -1),
    answers: {region, stagingSubnet, replicationServer},
    drafts: {},
    through: [],
    server: null,
    latencies: new Map(),
    session: EMPTY_SESSION,
    before: null,
    chosen: new Set(),
    confirming: 0,
    confirmed: [],
    persistUnit: false,
    repairEnded: false,
    leaving: false,
    stopping: null,
    ending: null,
  }
}

/** Where an answer leads to; `at` is the place of its question, -1 before the first. */
export function nextQuestion(
  {questions, passedOver}: Pick<FlowState, 'questions' | 'passedOver'>,
  at: number,
): Screen {
  return questions.slice(at + 1).find(question => !passedOver.has(question)) ?? 'checks'
}
