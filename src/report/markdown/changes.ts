import {commandLine, doText, shellOf, undoText} from '../../contract/command-line.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {persists, type Remedy, type Step, stepsInOrder} from '../../contract/remedy.ts'
import type {AppliedRemedy} from '../../engine/events.ts'
import {proofText} from '../lines.ts'
import {lostByReboot, pendingRemedies} from '../plan.ts'
import type {Report} from '../report.ts'
import {RESULT_WORDS, RISK_WORDS} from '../words.ts'
import {code, codeBlock, prose} from './escape.ts'

/** The remedies that have not been applied, with every command and its undo. */
export function planSection(report: Report): readonly string[] {
  const remedies = pendingRemedies(report)
  return remedies.length === 0
    ? []
    : ['## Plan, not applied yet', ...remedies.flatMap(remedy => planBlocks(remedy, report))]
}

function planBlocks(remedy: Remedy, report: Report): readonly string[] {
  const platform = report.host?.platform ?? 'linux'
  const language = platform === 'win32' ? 'powershell' : 'sh'
  const shell = shellOf(platform)
  const {now, onceProved} = stepsInOrder(remedy)
  const block = (steps: readonly Step[]) =>
    codeBlock(
      steps.flatMap(step => {
        const test = step.test ? [commandLine(step.test, shell)] : []
        return [...test, doText(step, shell), ...test]
      }),
      language,
    )
  return [
    `### ${prose(remedy.title)} (${RISK_WORDS[remedy.risk]})`,
    prose(`${remedy.why}${persists(remedy) ? '' : ` ${lostByReboot(remedy)}`}`),
    ...(remedy.preview ?? []).flatMap(({of, lines}) => [`Changes in ${code(of)}:`, codeBlock(lines, 'diff')]),
    'Do:',
    block(now),
    ...(onceProved.length === 0 ? [] : ['Then, once verified:', block(onceProved)]),
    'Undo, in this order:',
    codeBlock(remedy.steps.map(step => undoText(step, shell)).reverse(), language),
  ]
}

/** What was done to this host, and the command that reverts it. */
export function changesSection({applied, plan}: Report): readonly string[] {
  if (applied.length === 0) return []
  const planned = ({remedy}: AppliedRemedy) => plan.remedies.find(({id}) => id === remedy)
  const lines = applied.map(entry => {
    const {id, result, reason, at} = entry
    const proof = proofText(entry.probes)
    const proved = proof === null ? '' : ` Tested: ${prose(proof)}.`
    const undo = result === 'kept' ? ` Undo: ${code(ownCommandText('undo', id))}.` : ''
    const lost = result === 'kept' && !entry.persists ? ` ${lostByReboot(planned(entry), entry)}` : ''
    return `- ${RESULT_WORDS[result]} ${prose(planned(entry)?.title ?? entry.remedy)} (${prose(at)}).${reason === null ? '' : ` ${prose(reason)}`}${proved}${lost}${undo}`
  })
  return ['## Changes to this server', lines.join('\n')]
}
