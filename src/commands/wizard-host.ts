import {resolve} from 'node:path'
import {CHECK_TITLES} from '../contract/check-ids.ts'
import {createHostReader} from '../engine/host-reader.ts'
import {openJournal} from '../engine/repair/journal.ts'
import {acquireLock} from '../engine/repair/lock.ts'
import {repairAndCheck} from '../engine/repair/repair-run.ts'
import {prepareStateDirectory} from '../engine/repair/state-directory.ts'
import {undoEntries} from '../engine/repair/undo.ts'
import {recoverInterrupted} from '../engine/repair/undoable.ts'
import {runChecks} from '../engine/run-checks.ts'
import {EMPTY_SESSION, findingsOf, reduce, type Session} from '../engine/session.ts'
import type {RunOptions} from '../options/resolve.ts'
import {runCommand} from '../platform/command.ts'
import {REGIONS} from '../regions/table.ts'
import {installLines} from '../report/install-lines.ts'
import {scriptedCommand} from '../report/scripted-equivalent.ts'
import type {WizardAnswers, WizardHost} from '../screens/wizard-host.ts'
import {printReport, reportOn} from './deliver.ts'
import {lastRegion} from './last-region.ts'
import {prepareRun} from './prepare-run.ts'
import {undoLine} from './undo-lines.ts'
import {initialAnswers, optionsWith, validateAnswers} from './wizard-answers.ts'
import {writeWhole} from './write-whole.ts'

/** Connects the wizard's screens with the engine. `directory` is the state directory. */
export async function createWizardHost(
  mode: WizardHost['mode'],
  options: RunOptions,
  directory: string,
  signal: AbortSignal,
): Promise<WizardHost> {
  const [interrupted, suggestion] = await Promise.all([recoverInterrupted(directory), lastRegion(directory)])
  const server = createHostReader(options.timeoutMs, signal)
  let latest: Checked | null = null

  return {
    mode,
    regions: REGIONS,
    initial: initialAnswers(options, suggestion),
    validate: validateAnswers,
    interrupted: interrupted.map(({id, remedy, startedAt}) => ({id, title: remedy.title, at: startedAt})),
    undoInterrupted: () => undoAll(directory, signal),
    async readServer() {
      const [host, privileges, firewall] = await Promise.all([
        server.host(),
        server.privileges(),
        server.firewallFacts(),
      ])
      return {host, privileges, firewall}
    },
    checkTitle: id => CHECK_TITLES[id],
    async *runChecks(answers, aborted) {
      const run = await prepareRun(optionsWith(options, answers), aborted)
      latest = {answers, session: EMPTY_SESSION}
      for await (const event of runChecks(run, aborted)) {
        latest = {answers, session: reduce(latest.session, event)}
        yield event
      }
    },
    async *applyPlan(remedyIds, aborted) {
      if (latest === null) throw new Error('a plan is applied before any check has run')
      const {answers, session} = latest
      const run = await prepareRun(optionsWith(options, answers), aborted)
      const plan = session.plan ?? {remedies: []}
      const remedies = plan.remedies.filter(({id}) => remedyIds.includes(id))
      await prepareStateDirectory(directory)
      const lock = await acquireLock(directory)
      try {
        const journal = await openJournal(directory)
        yield* repairAndCheck({run, plan, remedies, findings: findingsOf(session), journal}, aborted)
      } finally {
        await lock.release()
      }
    },
    summary(session, answers) {
      const answered = optionsWith(options, answers)
      const kept = session.applied.some(({result}) => result === 'kept')
      return {
        installLines: installLines(reportOn(session, answered)),
        undoCommand: kept ? ['drs-onboard', 'undo'] : null,
        repeatCommand: scriptedCommand(kept ? 'fix' : 'check', answered, answered),
      }
    },
    async save(format, path, session, answers) {
      const answered = optionsWith(options, answers)
      const text = await printReport(reportOn(session, answered), format, answered, 'check', null)
      await writeWhole(path, text)
      return resolve(path)
    },
  }
}

/** The latest run of the checks: what for, and what is known from it. */
type Checked = {readonly answers: WizardAnswers; readonly session: Session}

async function undoAll(directory: string, signal: AbortSignal): Promise<{ok: boolean; message: string}> {
  const lock = await acquireLock(directory)
  try {
    // Read anew under the lock: another run may have taken them back meanwhile.
    const entries = await recoverInterrupted(directory)
    const journal = await openJournal(directory)
    const lines: string[] = []
    let ok = true
    for await (const event of undoEntries({entries, journal, runCommand, signal})) {
      const line = undoLine(event)
      if (line !== null) lines.push(line)
      if (event.type === 'undo-finished' && event.result === 'failed') ok = false
    }
    return {ok, message: lines.join('\n')}
  } finally {
    await lock.release()
  }
}
