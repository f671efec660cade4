import type {Owner} from '../contract/cause-codes.ts'
import {ownCommand} from '../contract/own-command.ts'
import type {Command} from '../contract/remedy.ts'
import {VERSION} from '../version.ts'
import {checksFor, isRegional, type LogCode, type Settling} from './cause.ts'
import type {ErrorLine, JudgedLog, LogKind} from './judge-log.ts'
import type {Page} from './pages.ts'
import type {Found} from './run.ts'

/** A log that was read. */
export type ReadLog = {
  readonly file: string
  /** Bytes before the part that was read. */
  readonly skippedBytes: number
  readonly judged: JudgedLog
}

/** What leads: the cause, what came of it, what is settled by a later success or belongs to an earlier run. */
export type Role = 'cause' | 'follower' | 'past'

export type DiagnosedCause = {
  readonly code: LogCode
  readonly role: Role
  readonly owner: Owner
  readonly ownerKnown: boolean
  readonly summary: string
  readonly nextStep: string
  readonly settledBy: Command | null
  readonly count: number
  readonly file: string
  readonly first: number
  readonly last: number
  readonly line: string
  readonly source: Page
}

export type LogOutcome = 'installed' | 'cause-found' | 'no-cause'

/** The document of `diagnose --json`. */
export type Diagnosis = {
  readonly schemaVersion: 1
  readonly tool: {readonly name: string; readonly version: string}
  readonly sources: readonly {
    readonly file: string
    readonly kind: LogKind
    readonly runs: number
    readonly lines: number
    readonly skippedBytes: number
    readonly namesAgent: boolean
  }[]
  readonly outcome: LogOutcome
  readonly causes: readonly DiagnosedCause[]
  /** The last lines that report an error, where no cause is known for them. */
  readonly errors: readonly (ErrorLine & {readonly file: string})[]
}

type Placed = {readonly log: ReadLog; readonly found: Found}

/**
 * Puts together what logs of one server say. The earliest cause of the last run leads, that of the installer before
 * those of the agent, which it installs; the others follow from it or wait behind it.
 *
 * @param all whether causes of earlier runs are listed
 */
export function diagnosisOf(logs: readonly ReadLog[], {all}: {readonly all: boolean}): Diagnosis {
  const inOrder = [...logs].sort((one, other) => rankOf(one) - rankOf(other))
  const placed = (of: (judged: JudgedLog) => readonly Found[]): readonly Placed[] =>
    inOrder.flatMap(log => of(log.judged).map(found => ({log, found})))
  const current = placed(({found}) => found)
  const lead = current.find(({found}) => found.rank !== 'follower') ?? current[0]
  const past = placed(({settled, earlier}) => [...settled, ...(all ? earlier : [])])
  const region = inOrder.map(({judged}) => judged.region).find(code => code !== null) ?? null
  const isInstalled = logs.some(({judged}) => judged.installed)
  return {
    schemaVersion: 1,
    tool: {name: 'drs-onboard', version: VERSION},
    sources: logs.map(({file, skippedBytes, judged: {kind, runs, lines, namesAgent}}) => ({
      file,
      kind,
      runs,
      lines,
      skippedBytes,
      namesAgent,
    })),
    outcome: lead !== undefined ? 'cause-found' : isInstalled ? 'installed' : 'no-cause',
    causes: [
      ...(lead === undefined ? [] : [described(lead, 'cause', region)]),
      ...current.filter(each => each !== lead).map(each => described(each, 'follower', region)),
      ...past.map(each => described(each, 'past', region)),
    ],
    errors:
      lead !== undefined || isInstalled
        ? []
        : inOrder.flatMap(({file, judged}) => judged.errors.map(error => ({...error, file}))),
  }
}

const rankOf = ({judged}: ReadLog): number => (judged.kind === 'installer' ? 0 : 1)

function described({log: {file}, found}: Placed, role: Role, region: string | null): DiagnosedCause {
  const {cause, count, first, last, text, named} = found
  const {code, owner, ownerKnown, nextStep, settledBy, page} = cause
  return {
    code,
    role,
    owner,
    ownerKnown,
    summary: named === null ? ended(cause.summary) : `${cause.summary.replace(/\.$/, '')}: ${named}.`,
    nextStep,
    settledBy: settledBy === null ? null : settlingCommand(settledBy, region),
    count,
    file,
    first,
    last,
    line: text,
    source: page,
  }
}

const ended = (sentence: string): string => (sentence.endsWith('.') ? sentence : `${sentence}.`)

/** The live checks that settle a cause, with the Region of the log, or a placeholder. */
function settlingCommand(settling: Settling, region: string | null): Command {
  const checks = checksFor(settling)
  const where = checks.some(isRegional) ? ['--region', region ?? 'REGION'] : []
  return ownCommand('check', '--only', checks.join(','), ...where)
}
