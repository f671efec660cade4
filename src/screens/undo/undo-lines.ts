import type {Shell} from '../../contract/command-line.ts'
import {fact, type Line, minuteText} from '../ui/lines.ts'
import type {Copyable} from '../ui/use-copy.ts'
import type {UndoChoice} from './undo-choices.ts'

/** Each change with its condition and the exact commands that would be run. */
export function undoChoiceLines({changes}: UndoChoice, shell: Shell): readonly Line[] {
  return changes.flatMap(({id, title, at, condition, commands}): readonly Line[] => [
    {text: title, tone: 'strong'},
    {...fact('Applied', `${minuteText(at)}, ${condition}`), indent: 2},
    {...fact('Id', id), indent: 2},
    ...(commands.length === 0
      ? [{text: 'No command is left to run: it is only marked as reverted.', indent: 2}]
      : commands.map((text): Line => ({text, tone: 'accent', indent: 2, command: shell}))),
  ])
}

/** The commands that would be run, to be pasted. */
export function undoCopies({changes}: UndoChoice): readonly Copyable[] {
  const commands = changes.flatMap(change => change.commands)
  return commands.length === 0 ? [] : [{what: 'the undo commands', text: commands.join('\n')}]
}
