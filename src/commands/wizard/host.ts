import {access} from 'node:fs/promises'
import {resolve} from 'node:path'
import {REGIONS} from '../../aws/regions.ts'
import {FileExists} from '../../contract/errors.ts'
import {ownCommand} from '../../contract/own-command.ts'
import {createHostReader} from '../../engine/host-reader.ts'
import {runChecks} from '../../engine/run-checks.ts'
import {EMPTY_SESSION, reduce, type Session} from '../../engine/session.ts'
import type {RunOptions} from '../../options/resolve.ts'
import type {Journal} from '../../repair/journal/journal.ts'
import {installLines} from '../../report/install.ts'
import {requestTexts} from '../../report/request-sheet.ts'
import {scriptedCommand} from '../../report/scripted-equivalent.ts'
import type {WizardAnswers, WizardHost} from '../../screens/flow/wizard-host.ts'
import {printReport, reportOn} from '../run/deliver.ts'
import {interruptedEntries} from '../run/interrupted.ts'
import {prepareRun} from '../run/prepare.ts'
import {writeWhole} from '../write-whole.ts'
import {
  type AnswerKeeper,
  initialAnswers,
  optionsWith,
  readKeptAnswers,
  resumable,
  validateAnswers,
} from './answers.ts'
import {installerHolder} from './held-installer.ts'

/** Connects the wizard's screens with the engine. `directory` is the state directory. */
export async function createWizardHost(
  mode: WizardHost['mode'],
  options: RunOptions,
  directory: string,
  keeper: AnswerKeeper,
  signal: AbortSignal,
): Promise<WizardHost> {
  const [interrupted, kept] = await Promise.all([interruptedEntries(directory), readKeptAnswers(directory)])
  const server = createHostReader(options.timeoutMs, signal)
  let latest: Checked | null = null
  let {persistUnit} = options
  const installer = installerHolder(directory)
  let journal: Promise<Journal> | undefined
  const journalOf = async () => {
    const {openJournal} = await import('../../repair/journal/journal.ts')
    journal ??= openJournal(directory)
    return journal
  }

  return {
    mode,
    regions: REGIONS,
    initial: initialAnswers(options, kept?.answers.region ?? null),
    latency: options.latency ? (await import('../offline/region-latency.ts')).regionLatency(options) : null,
    validate: validateAnswers,
    interrupted: interrupted.map(({id, remedy, startedAt, result}) => ({
      id,
      title: remedy.title,
      at: startedAt,
      kept: result === 'kept',
    })),
    resumable: resumable(kept),
    keepAnswers: keeper.keep,
    undoInterrupted: async () => (await import('./repair.ts')).undoAllInterrupted(directory, signal),
    async readServer() {
      const [host, privileges, firewall] = await Promise.all([
        server.host(),
        server.privileges(),
        server.firewallFacts(),
      ])
      return {host, privileges, firewall}
    },
    async *runChecks(answers, aborted) {
      const prepared = await prepareRun(optionsWith(options, answers), aborted)
      const run = {...prepared, holdInstaller: installer.hold}
      latest = {answers, session: EMPTY_SESSION}
      for await (const event of runChecks(run, aborted)) {
        latest = {answers, session: reduce(latest.session, event)}
        yield event
      }
    },
    async *applyPlan(remedyIds, aborted, mayAddUnit) {
      if (latest === null) throw new Error('a plan is applied before any check has run')
      const {answers, session} = latest
      persistUnit = options.persistUnit || mayAddUnit
      const prepared = await prepareRun({...optionsWith(options, answers), persistUnit}, aborted)
      const run = {...prepared, holdInstaller: installer.hold}
      const {applyChosen} = await import('./repair.ts')
      yield* applyChosen(
        directory,
        journalOf,
        run,
        session,
        {remedyIds, confirmWithinMs: options.confirmWithinMs},
        aborted,
      )
    },
    summary(session, answers) {
      const answered = {...optionsWith(options, answers), persistUnit}
      const kept = session.applied.some(({result}) => result === 'kept')
      const report = reportOn(session, answered)
      return {
        installLines: installLines(report),
        nextCommand: report.next,
        requests: requestTexts(report),
        undoCommand: kept ? ownCommand('undo') : null,
        repeatCommand: scriptedCommand(kept ? 'fix' : 'check', answered, answered),
      }
    },
    requests(session, answers, findings) {
      const chosen = findings.map(found => ({...found, remedies: found.remedies.map(({id}) => id)}))
      return requestTexts({...reportOn(session, optionsWith(options, answers)), findings: chosen})
    },
    heldInstaller: installer.fileName,
    keepInstaller: installer.save,
    async fullReport(session, answers, columns) {
      const answered = optionsWith(options, answers)
      const mode = session.applied.length > 0 ? 'fix' : 'check'
      return printReport(reportOn(session, answered), 'text', answered, mode, {isTTY: false, columns})
    },
    async save(format, path, session, answers, replace = false) {
      if (!replace && (await exists(path))) throw new FileExists(path)
      const answered = optionsWith(options, answers)
      const text = await printReport(reportOn(session, answered), format, answered, 'check', null)
      await writeWhole(path, text)
      return resolve(path)
    },
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    // Whatever else is wrong with it, writing it tells.
    () => false,
  )
}

/** The latest run of the checks: what for, and what is known from it. */
type Checked = {readonly answers: WizardAnswers; readonly session: Session}
