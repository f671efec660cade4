import {doText, type Shell, undoText} from '../../contract/command-line.ts'
import type {Remedy, Step} from '../../contract/remedy.ts'
import type {Session} from '../../engine/session.ts'
import {fact, type Line} from './lines.ts'

/** Commands are shown in the shell that a person on this host would paste them into. */
export function shellOf({host}: Pick<Session, 'host'>): Shell {
  return host?.platform === 'win32' ? 'powershell' : 'posix'
}

/** Why a remedy is offered, how risky it is, and each of its commands with the way back. */
export function remedyLines(remedy: Remedy, shell: Shell): readonly Line[] {
  return [
    {text: remedy.why, tone: 'strong'},
    remedy.risk === 'additive'
      ? fact('Risk', 'additive: it opens what is asked for, and changes nothing else')
      : fact('Risk', 'disruptive: it overrides something that was forbidden on purpose', 'caution'),
    ...remedy.steps.flatMap(step => stepLines(step, shell)),
  ]
}

/** A step's exact command and its undo. */
export function stepLines(step: Step, shell: Shell): readonly Line[] {
  return [
    {text: `${step.title} ${step.persists ? '(survives a reboot)' : '(until the next reboot)'}`},
    {...commandFact('do', doText(step, shell)), tone: 'accent'},
    commandFact('undo', undoText(step, shell)),
  ]
}

function commandFact(label: string, command: string): Line {
  return {label: `${label.padEnd(4)} `, text: command, indent: 2}
}
