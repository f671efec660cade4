import {findRegion} from '../aws/find-region.ts'
import {readRecord} from './record.ts'
import {redact} from './redact.ts'
import {type Found, mayMatter, RunCauses} from './run.ts'

export type LogKind = 'installer' | 'agent'

/** A line of a log that reports an error. */
export type ErrorLine = {readonly line: number; readonly text: string}

/** What one log says. */
export type JudgedLog = {
  readonly kind: LogKind
  /** Runs of the installer in it; 1 where none is seen to begin. */
  readonly runs: number
  /** Whole lines, as they count from 1 in `found`. */
  readonly lines: number
  /** Whether the last run ended with the installer's own word that the agent is installed. */
  readonly installed: boolean
  /** Causes of the last run that are still there, and those that a success has settled, in the order of the log. */
  readonly found: readonly Found[]
  readonly settled: readonly Found[]
  /** Causes of the runs before. */
  readonly earlier: readonly Found[]
  /** The last lines of the last run that report an error. */
  readonly errors: readonly ErrorLine[]
  /** Whether a line names the installer or the agent; else it may be another log with a like message. */
  readonly namesAgent: boolean
  /** The Region that the log names, where AWS DRS has it. */
  readonly region: string | null
}

const BEGINS = /The installation of the AWS Replication Agent has started/
const INSTALLED = /The AWS Replication Agent was successfully installed/
// No page has the words that the agent writes when it has connected, so these are only what they may be.
const CONNECTED = /(?<!not |never )(?:successfully connected to|connection established with) (?:the )?replic/i

/** What only these logs say. One of it, or a known message, makes a file such a log. */
const MARKS =
  /AWS Replication (?:Agent|Installer)|aws[-_]replication|AwsReplication|Identif(?:ying|ied) volumes? for replication|\breplicator\b|com\.amazonaws\.cloudendure/

const REGION_GIVEN =
  /AWS Region [Nn]ame: ?([a-z0-9-]{5,24})|--region[ =]["']?([a-z0-9-]{5,24})|attempt to ([a-z0-9-]{5,24}?) ?on port 443/
const REGION_USED = /\b(?:drs|s3)(?:\.dualstack)?[.-]([a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2})\./

const ERRORS = 5

/** Judges a log line by line, in memory that does not grow with it. */
export class LogJudge {
  #runs = 0
  #lines = 0
  #entries = 0
  #isAgent = false
  #isInstaller = false
  #isSuch = false
  #run = new RunCauses()
  readonly #earlier = new Map<string, Found>()
  #errors: ErrorLine[] = []
  #success: number | null = null
  #installed = false
  #given: string | null = null
  #used: string | null = null

  take(line: string): void {
    this.#lines++
    if (line.trim() === '') return
    const {text, isJson, isError} = readRecord(line)
    this.#entries++
    if (MARKS.test(text)) this.#isSuch = true
    if (BEGINS.test(text)) this.#begin()
    if (INSTALLED.test(text)) {
      this.#success = this.#lines
      this.#installed = true
      this.#isInstaller = true
    }
    if (CONNECTED.test(text)) this.#success = this.#lines
    this.#isAgent ||= isJson
    this.#noteRegion(text)
    if (isError) this.#errors = [...this.#errors.slice(1 - ERRORS), {line: this.#lines, text}]
    if (mayMatter(text)) this.#run.take({entry: this.#entries, line: this.#lines, text})
  }

  /** Null for a file that is not a log of the installer or the agent. */
  finish(): JudgedLog | null {
    const all = this.#run.finish()
    if (!this.#isSuch && all.length === 0 && this.#earlier.size === 0) return null
    const success = this.#success ?? 0
    const isSettled = ({last, rank}: Found) => last < success && rank !== 'pending'
    const fromAgent = all.some(({kind}) => kind === 'agent') && !all.some(({kind}) => kind === 'installer')
    return {
      kind: !this.#isInstaller && (this.#isAgent || fromAgent) ? 'agent' : 'installer',
      runs: Math.max(1, this.#runs),
      lines: this.#lines,
      installed: this.#installed,
      found: all.filter(found => !isSettled(found)),
      settled: all.filter(isSettled),
      earlier: [...this.#earlier.values()],
      // Only now: what is shown of a line costs more than to look at it.
      errors: this.#errors.map(({line, text: said}) => ({line, text: redact(said)})),
      namesAgent: this.#isSuch,
      region: this.#given ?? this.#used,
    }
  }

  #begin(): void {
    this.#isInstaller = true
    this.#runs++
    for (const found of this.#run.finish()) {
      const before = this.#earlier.get(found.cause.id)
      const merged = {first: before?.first ?? found.first, count: (before?.count ?? 0) + found.count}
      this.#earlier.set(found.cause.id, {...found, ...merged})
    }
    // What stands in front of the first beginning is the end of a run before it.
    if (this.#runs === 1 && this.#earlier.size > 0) this.#runs++
    this.#run = new RunCauses()
    this.#errors = []
    this.#success = null
    this.#installed = false
  }

  #noteRegion(text: string): void {
    const given = REGION_GIVEN.exec(text)
    const named = given?.[1] ?? given?.[2] ?? given?.[3]
    if (named !== undefined) this.#given = findRegion(named)?.code ?? this.#given
    const used = REGION_USED.exec(text)?.[1]
    if (used !== undefined) this.#used = findRegion(used)?.code ?? this.#used
  }
}
