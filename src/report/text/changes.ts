import type {Status} from '../../contract/cause-codes.ts'
import {commandLine, doText, type Shell, shellOf, undoText} from '../../contract/command-line.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {type Preview, persists, type Remedy, type Step, stepsInOrder} from '../../contract/remedy.ts'
import type {AppliedRemedy} from '../../engine/events.ts'
import {printable, printableLine} from '../../lib/printable.ts'
import {hanging} from '../../lib/wrap.ts'
import {proofText} from '../lines.ts'
import {lostByReboot, pendingRemedies} from '../plan.ts'
import type {Report} from '../report.ts'
import {RESULT_WORDS, RISK_WORDS} from '../words.ts'
import type {Style} from './style.ts'

/** The remedies that have not been applied, each with every command and its undo. */
export function planLines(report: Report, style: Style): readonly string[] {
  const remedies = pendingRemedies(report)
  if (remedies.length === 0) return []
  return [
    style.heading(`Plan, not applied yet (${ownCommandText('fix')} applies it)`),
    ...remedies.flatMap((remedy, index) => remedyLines(remedy, index + 1, report, style)),
  ]
}

function remedyLines(remedy: Remedy, number: number, report: Report, style: Style): readonly string[] {
  const shell = shellOf(report.host?.platform ?? 'linux')
  const {now, onceProved} = stepsInOrder(remedy)
  const risk = `${RISK_WORDS[remedy.risk]}${remedy.risk === 'disruptive' ? '; needs --allow-disruptive' : ''}`
  return [
    ...hanging(`${number}. `.padEnd(7), `${printableLine(remedy.title)} (${risk})`, style.columns),
    ...hanging('       Why     ', printableLine(remedy.why), style.columns),
    ...(remedy.preview ?? []).flatMap(preview => previewLines(preview, style)),
    ...now.flatMap(step => stepLines(step, shell)),
    ...(onceProved.length === 0 ? [] : ['       Then, once verified:']),
    ...onceProved.flatMap(step => stepLines(step, shell)),
    ...(persists(remedy) ? [] : hanging('       Note    ', lostByReboot(remedy), style.columns)),
  ]
}

const DIFF_STATUS: Readonly<Record<string, Status>> = {'+': 'pass', '-': 'fail'}

/** What changes, as a diff; its lines are not wrapped, as no rule is. */
function previewLines({of, lines}: Preview, style: Style): readonly string[] {
  return [
    `       Changes ${printableLine(of)}`,
    ...lines.map(line => {
      const status = DIFF_STATUS[line.charAt(0)]
      // The blank that begins a line is part of the diff.
      const text = `${line.charAt(0)}${printableLine(line.slice(1))}`
      return `         ${status === undefined ? text : style.status(status, text)}`
    }),
  ]
}

/** Commands are never wrapped: they are there to be copied. */
function stepLines(step: Step, shell: Shell): readonly string[] {
  return [
    ...(step.test ? [`       Test    ${printable(commandLine(step.test, shell))} (before and after)`] : []),
    `       Do      ${printable(doText(step, shell))}`,
    `       Undo    ${printable(undoText(step, shell))}`,
  ]
}

/** What was done to this host, and the command that reverts it. */
export function changeLines(report: Report, style: Style): readonly string[] {
  if (report.applied.length === 0) return []
  return [
    style.heading('Changes to this server'),
    ...report.applied.flatMap(applied => appliedLines(applied, report, style)),
  ]
}

function appliedLines(applied: AppliedRemedy, report: Report, style: Style): readonly string[] {
  const {id, remedy, result, reason} = applied
  const planned = report.plan.remedies.find(entry => entry.id === remedy)
  const title = planned?.title ?? remedy
  const word = RESULT_WORDS[result]
  const proof = proofText(applied.probes)
  const [first = '', ...more] = hanging(`${word} `.padEnd(7), printableLine(title), style.columns)
  return [
    first.replace(word, style.status(result === 'kept' ? 'pass' : 'fail', word)),
    ...more,
    ...(reason === null ? [] : hanging('       Why     ', printableLine(reason), style.columns)),
    ...(proof === null ? [] : hanging('       Tested  ', printableLine(proof), style.columns)),
    ...(result === 'kept' ? [`       Undo    ${printable(ownCommandText('undo', id))}`] : []),
    ...(result === 'kept' && !applied.persists
      ? hanging('       Warning ', lostByReboot(planned, applied), style.columns)
      : []),
  ]
}
