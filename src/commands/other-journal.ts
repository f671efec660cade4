import {existsSync} from 'node:fs'
import {ownCommandText} from '../contract/own-command.ts'
import {stateDirectory} from '../engine/repair/state-directory.ts'

/**
 * What a user other than root is told where there is nothing to undo: root's changes are in a journal of root's own. Null
 * where that is the one which was looked at, or there is none.
 */
export function otherJournal(
  directory: string,
  user: number | null = process.getuid?.() ?? null,
  ofRoot: string = stateDirectory({}, 0),
): string | null {
  if (user === null || user === 0 || directory === ofRoot || !existsSync(ofRoot)) return null
  return `Changes made as root are in root's journal: \`sudo ${ownCommandText('undo', '--list')}\`.`
}
