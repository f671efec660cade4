import {commandLine, doText, type Shell, undoText} from '../../contract/command-line.ts'
import {type Remedy, type Step, stepsInOrder} from '../../contract/remedy.ts'
import type {Session} from '../../engine/session.ts'
import {fact, type Line} from '../ui/lines.ts'
import type {Tone} from '../ui/theme.ts'

/** Commands are shown in the shell that a person on this host would paste them into. */
export function shellOf({host}: Pick<Session, 'host'>): Shell {
  return host?.platform === 'win32' ? 'powershell' : 'posix'
}

/** Why a remedy is offered, how risky it is, and each of its commands with the way back. */
export function remedyLines(remedy: Remedy, shell: Shell): readonly Line[] {
  return [
    {text: remedy.why, tone: 'strong'},
    remedy.risk === 'additive'
      ? fact('Risk', 'low (only adds an allow rule)')
      : fact('Risk', 'disruptive (overrides a rule that looks intentional)', 'caution'),
    ...previewLines(remedy),
    ...remedyStepLines(remedy, shell),
    ...(remedy.lastingAdvice === undefined ? [] : [fact('Reboot', remedy.lastingAdvice, 'caution')]),
  ]
}

const SIGNS: Readonly<Record<string, {readonly tone: Tone; readonly spoken: string}>> = {
  '+': {tone: 'good', spoken: 'Added'},
  '-': {tone: 'bad', spoken: 'Removed'},
  ' ': {tone: 'plain', spoken: 'Stays'},
}

/** What a remedy changes in each chain, rule or file, as a diff. */
export function previewLines({preview = []}: Remedy): readonly Line[] {
  return preview.flatMap(({of, lines}): Line[] => [
    fact('Changes', of),
    ...lines.map((line): Line => {
      if (line.startsWith('@@')) return {text: line, indent: 2, tone: 'muted'}
      const sign = line.charAt(0)
      return {...SIGNS[sign], label: `${sign} `, text: line.slice(1), indent: 2}
    }),
  ])
}

/** All steps of a remedy, those that make it last apart. */
export function remedyStepLines(remedy: Remedy, shell: Shell): readonly Line[] {
  const {now, onceProved} = stepsInOrder(remedy)
  return [
    ...now.flatMap(step => stepLines(step, shell)),
    ...(onceProved.length === 0 ? [] : [{text: 'Then, once verified:'}]),
    ...onceProved.flatMap(step => stepLines(step, shell)),
  ]
}

/** A step's exact command and its undo. */
export function stepLines(step: Step, shell: Shell): readonly Line[] {
  return [
    {text: `${step.title} ${step.persists ? '(survives a reboot)' : '(until the next reboot)'}`},
    ...(step.test ? commandFacts('test', commandLine(step.test, shell), shell) : []),
    ...commandFacts('do', doText(step, shell), shell).map(line => ({...line, tone: 'accent' as const})),
    ...commandFacts('undo', undoText(step, shell), shell),
  ]
}

/** What a command reads from its standard input stands below it, as it is. */
function commandFacts(label: string, text: string, command: Shell): readonly Line[] {
  return text
    .split('\n')
    .map((line, at) => ({label: `${(at === 0 ? label : '').padEnd(4)} `, text: line, indent: 2, command}))
}
