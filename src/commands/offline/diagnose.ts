import {UserError} from '../../contract/errors.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import {diagnosisOf, type ReadLog} from '../../diagnose/diagnosis.ts'
import {printableLine} from '../../lib/printable.ts'
import {diagnosisMarkdown, diagnosisText} from './diagnosis-text.ts'
import type {CommandResult} from './format.ts'
import {formatOr, json} from './format.ts'
import {readLogFile} from './log-file.ts'
import {findLogs} from './log-places.ts'

const DIAGNOSE_FORMATS = ['text', 'json', 'markdown'] as const

export type DiagnoseOptions = {
  /** None: the logs of this server, where they are found. */
  readonly files: readonly string[]
  /** Whether causes of earlier runs are listed, too. */
  readonly all: boolean
  readonly format?: string | undefined
}

/**
 * Says why an installation of the agent failed, from its logs. Exit code 0: installed, or no known cause; 3: a cause.
 *
 * @throws UserError for a file that cannot be read or is not such a log, and for an unknown format
 */
export async function diagnoseCommand({files, all, ...options}: DiagnoseOptions): Promise<CommandResult> {
  const format = formatOr(DIAGNOSE_FORMATS, options.format)
  if (files.filter(file => file === '-').length > 1)
    throw new UserError('Standard input (-) can be given only once.')
  const {paths, remarks} = files.length > 0 ? {paths: files, remarks: []} : await ownLogs()
  const logs: ReadLog[] = []
  for (const path of paths) logs.push(await readLogFile(path))
  const diagnosis = diagnosisOf(logs, {all})
  const print = {text: diagnosisText, json, markdown: diagnosisMarkdown}[format]
  return {
    stdout: print(diagnosis),
    stderr: remarks.map(remark => `${printableLine(remark)}\n`).join(''),
    exitCode: diagnosis.outcome === 'cause-found' ? EXIT.notReady : EXIT.ready,
  }
}

async function ownLogs(): Promise<{paths: readonly string[]; remarks: readonly string[]}> {
  const {files, older, denied} = await findLogs()
  return {
    paths: files,
    remarks: [
      ...files.map(file => `Reading ${file}.`),
      ...older.map(file => `Not read, because it is older: ${file}.`),
      ...denied.map(
        directory => `Not readable by this user: ${directory}. Run it as root to read a log there.`,
      ),
    ],
  }
}
