import {UserError} from '../../contract/errors.ts'
import {misfitOf} from '../../firewall/plan/grammar/forms.ts'
import {describeFileError, errnoOf, FileRefused} from '../../platform/files/file-error.ts'
import {isOurFile, readTrusted} from '../../platform/files/trust.ts'
import {JOURNAL_VERSION, type JournalEntry, journalEntry} from './entry.ts'
import {copyPath, entryPath} from './open-entry.ts'

/**
 * Reads an entry from a directory that is trusted. What it holds is what a run of this tool could have written there:
 * the file is root's or this user's own, named after the entry, and its commands are of forms that a plan has.
 * @throws UserError otherwise
 */
export async function readEntryFile(directory: string, id: string): Promise<JournalEntry> {
  const path = entryPath(directory, id)
  let text: string
  try {
    text = await readTrusted(path)
  } catch (error) {
    throw unreadable(path, error)
  }
  const entry = parseEntry(path, text)
  if (entry.id !== id) throw refused(path, `it contains the entry ${entry.id}, so it is a copy`)
  if (!id.startsWith(`${entry.runId}-`)) throw refused(path, `it does not belong to the run ${entry.runId}`)
  const misfit = misfitOf(entry.remedy)
  if (misfit !== null) throw refused(path, misfit)
  return await withOwnCopies(directory, entry)
}

function parseEntry(path: string, text: string): JournalEntry {
  const data = parseJson(path, text)
  const version =
    typeof data === 'object' && data !== null && 'schemaVersion' in data ? data.schemaVersion : null
  if (typeof version === 'number' && version > JOURNAL_VERSION) {
    throw new UserError(
      `The journal ${path} was written by a newer drs-onboard (format version ${version}), so nothing was changed; use that release.`,
    )
  }
  const parsed = journalEntry.safeParse(data)
  if (!parsed.success) throw notUnderstood(path, 'it is not a journal entry')
  if (parsed.data.steps.length !== parsed.data.remedy.steps.length)
    throw notUnderstood(path, 'its steps do not match')
  return parsed.data
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw notUnderstood(path, describeFileError(error))
  }
}

/**
 * Copies are where this tool puts them, of files that its steps edit, whatever the entry says; those that another user
 * could have put there are not offered to be restored.
 */
async function withOwnCopies(directory: string, {backups, ...entry}: JournalEntry): Promise<JournalEntry> {
  if (backups === undefined) return entry
  const edited = new Set(entry.remedy.steps.map(({edits}) => edits))
  const copies = backups
    .filter(({of}) => edited.has(of))
    .map(({of}) => ({of, copy: copyPath(directory, entry.id, of)}))
  const ours = await Promise.all(copies.map(({copy}) => isOurFile(copy)))
  return {...entry, backups: copies.filter((_, index) => ours[index])}
}

function notUnderstood(path: string, why: string): UserError {
  return new UserError(
    `The journal ${path} is invalid (${why}), so nothing was changed; restore it from a backup, or move it away and lose its undo.`,
  )
}

function refused(path: string, why: string): UserError {
  return new UserError(
    `The journal ${path} is not used (${why}), so nothing was changed; move it away for inspection, which loses its undo, and start again.`,
  )
}

/** What there is to do about a journal that the system does not let us read has nothing to do with what is in it. */
export function unreadable(path: string, error: unknown): UserError {
  const why = describeFileError(error)
  if (error instanceof FileRefused) return refused(path, why)
  const next = ['EMFILE', 'ENFILE'].includes(errnoOf(error) ?? '') ? 'raise that limit' : 'fix that'
  return new UserError(
    `The journal ${path} cannot be read (${why}), so nothing was changed; ${next}, and start again.`,
    undefined,
    {cause: error},
  )
}
