import {UserError} from '../../contract/errors.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import type {ReadLog} from '../../diagnose/diagnosis.ts'
import {encodingOf} from '../../diagnose/encoding.ts'
import {LogJudge} from '../../diagnose/judge-log.ts'
import {linesOf, NotALog} from '../../diagnose/lines.ts'
import {printableLine} from '../../lib/printable.ts'
import {FileRefused, fileErrorClause} from '../../platform/files/file-error.ts'
import {readTail} from '../../platform/files/tail.ts'

const MIB = 1024 * 1024
/** Read of the end of a file, in MiB. */
const END_MIB = 64
/** Largest size of what has to be read from its beginning: a pipe, and a packed file when it is unpacked. */
const MOST_MIB = 256

const EXPECTED = 'give aws_replication_agent_installer.log or agent.log.0, as text or gzip'

/**
 * Reads a log and judges it as it comes; `-` is standard input. Of a large file only the last 64 MiB are read.
 *
 * @throws UserError for what cannot be read, is too large, or is not a log of the installer or the agent
 */
export async function readLogFile(path: string): Promise<ReadLog> {
  const name = JSON.stringify(path === '-' ? 'standard input' : path)
  const judge = new LogJudge()
  try {
    const {chunks, head, skippedBytes} = await readTail(path, {
      end: END_MIB * MIB,
      most: MOST_MIB * MIB,
      isWhole: begin => encodingOf(begin) === 'gzip',
    })
    for await (const lines of linesOf({chunks, head, most: MOST_MIB * MIB})) {
      for (const line of lines) judge.take(line)
    }
    const judged = judge.finish()
    if (judged !== null) return {file: printableLine(path), skippedBytes, judged}
  } catch (cause) {
    throw new UserError(problem(name, path, cause), undefined, {cause})
  }
  throw new UserError(
    `The log ${name} has no line that is known from the AWS Replication Installer or Agent: ${EXPECTED}.`,
  )
}

function problem(name: string, path: string, cause: unknown): string {
  if (cause instanceof NotALog) {
    switch (cause.reason) {
      case 'empty':
        return `The log ${name} is empty: ${EXPECTED}.`
      case 'binary':
        return `The log ${name} is not text: ${EXPECTED}.`
      case 'damaged':
        return `The log ${name} is damaged gzip: copy it again, or unpack it as far as it goes with gzip -dc.`
      case 'too-large':
        return tooLarge(name)
    }
  }
  if (cause instanceof FileRefused && cause.code === 'too-large') return tooLarge(name)
  const privileges = isDenied(cause) ? `, or run \`${ownCommandText('diagnose', path)}\` as root` : ''
  return `The log ${name} cannot be read (${fileErrorClause(cause)}): check its path and permissions${privileges}.`
}

const tooLarge = (name: string): string =>
  `The log ${name} is larger than ${MOST_MIB} MiB: save it unpacked to a file, of which the last ${END_MIB} MiB are read.`

const isDenied = (cause: unknown): boolean => fileErrorClause(cause) === 'EACCES'
