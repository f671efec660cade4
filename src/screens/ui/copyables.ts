import {commandLine, doText, type Shell, undoText} from '../../contract/command-line.ts'
import type {Finding} from '../../contract/finding.ts'
import {type Remedy, stepsInOrder} from '../../contract/remedy.ts'
import {outcomeOf} from '../../engine/outcome.ts'
import {findingsOf, type Session} from '../../engine/session.ts'
import type {RequestText} from '../../report/request-sheet.ts'
import type {WizardSummary} from '../flow/wizard-host.ts'
import {shellOf} from '../repair/remedy-lines.ts'
import type {Copyable} from './use-copy.ts'

/** The install command where nothing fails; it alone, since the lines before it ask for credentials as they are pasted. */
export function installCopies(session: Session, {installLines}: WizardSummary): readonly Copyable[] {
  const text = installLines.at(-1)
  if (text === undefined || outcomeOf(findingsOf(session)) === 'not-ready') return []
  return [{what: 'the install command', text}]
}

/** What the summary has to paste elsewhere, what comes next first. */
export function summaryCopies(session: Session, summary: WizardSummary): readonly Copyable[] {
  const {undoCommand, repeatCommand, nextCommand, requests} = summary
  const shell = shellOf(session)
  const command = (what: string, argv: WizardSummary['undoCommand']) =>
    argv === null ? [] : [{what, text: commandLine(argv, shell)}]
  const install = installCopies(session, summary)
  return [
    ...install,
    ...requestCopies(requests),
    ...(install.length === 0 ? command('the next command', nextCommand) : []),
    ...command('the undo command', undoCommand),
    ...command('the command that repeats this run', repeatCommand),
  ]
}

function requestCopies(requests: readonly RequestText[]): readonly Copyable[] {
  return requests.map(({to, text}) => ({what: `the request to ${to}`, text}))
}

/** What a finding, or several of one cause, lead to: the commands of a fix, a request to others, a policy's statement. */
export function findingCopies(
  findings: readonly Finding[],
  requests: readonly RequestText[],
  shell: Shell,
): readonly Copyable[] {
  const remedies = new Map(findings.flatMap(found => found.remedies.map(remedy => [remedy.id, remedy])))
  // What overrides a rule on purpose is not to be pasted along with what does not.
  const additive = [...remedies.values()].filter(({risk}) => risk === 'additive')
  const statement = findings.find(({evidence}) => evidence.missingStatement)?.evidence.missingStatement
  return [
    ...remedyCopies(additive.length > 0 ? additive : [...remedies.values()], shell),
    ...requestCopies(requests),
    ...(statement === undefined
      ? []
      : [{what: 'the missing policy statement', text: JSON.stringify(statement, null, 2)}]),
  ]
}

/** The commands of remedies and of their undo, in the order in which they would be run. */
export function remedyCopies(remedies: readonly Remedy[], shell: Shell): readonly Copyable[] {
  if (remedies.length === 0) return []
  const steps = remedies.flatMap(remedy => {
    const {now, onceProved} = stepsInOrder(remedy)
    return [...now, ...onceProved]
  })
  const lines = (texts: readonly string[]) => texts.join('\n')
  return [
    {what: 'the commands of the fix', text: lines(steps.map(step => doText(step, shell)))},
    {what: 'the commands of its undo', text: lines(steps.toReversed().map(step => undoText(step, shell)))},
  ]
}
