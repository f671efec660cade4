import {link, lstat, realpath, rename, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import {type CommandResult, describeResult, type RunCommand, succeeded} from '../process/command.ts'
import {describeFileError, errnoOf} from './file-error.ts'
import {openPlace, type Place} from './place.ts'
import {LIMIT, readSystemBytes} from './read.ts'
import {syncToDisk} from './write.ts'

/** What became of a program; `fault` says, in one clause, why it was not run, or what it has lost of the file. */
export type StepRun =
  | {readonly ran: true; readonly result: CommandResult; readonly fault: string | null}
  | {readonly ran: false; readonly fault: string}

/** Errors that the program itself runs into, and names. */
const LEFT_TO_PROGRAM: readonly (string | null)[] = ['EROFS', 'ENOSPC', 'EDQUOT']

/**
 * Why an edit would lose what belongs to a file beside its content; null where it would not. A file with further names
 * (hard links) would part from them, and a symbolic link of another user may lead anywhere.
 */
export async function whyNotEditable(path: string): Promise<string | null> {
  return await atPlace(path, async place => {
    const old = await oldFileAt(place)
    const names = (place.found?.nlink ?? 1) - (old !== null && isSame(old, place.found) ? 1 : 0)
    return names > 1 ? `it has ${names} hard links, which an edit would separate` : null
  })
}

/**
 * Runs a program that replaces a file by a new one under its name, as `sed -i` does, and gives the new one what the old
 * one has: owner, mode, access control list, SELinux context and all other extended attributes. The old file has a
 * second name meanwhile; a run that is killed in the middle leaves it to the next `editFile` or `settleOldFile`.
 */
export async function editFile(
  path: string,
  runCommand: RunCommand,
  run: () => Promise<CommandResult>,
): Promise<StepRun> {
  let before: Place['found'] = null
  const obstacle = await atPlace(path, async place => {
    before = place.found
    return await keepOldFile(place)
  })
  if (obstacle !== null) return {ran: false, fault: obstacle}
  const result = await run()
  return {ran: true, result, fault: await settleOldFile(path, runCommand, before)}
}

/**
 * Gives a file the attributes of the one that an edit has replaced, if there was one, and drops that.
 *
 * @param before the file before the edit, where it may have had no second name
 * @returns null, or why the attributes could not be given, as a clause
 */
export async function settleOldFile(
  path: string,
  runCommand: RunCommand,
  before: Place['found'] = null,
): Promise<string | null> {
  return await atPlace(path, async place => {
    const {directory, name, found} = place
    const old = await oldFileAt(place)
    if (old === null)
      return before === null || found === null || isSame(before, found) ? null : `${path} is another file now`
    const oldName = directory.entry(oldNameOf(name))
    if (found === null || isSame(old, found)) {
      await unlink(oldName)
      return null
    }
    const [content, oldContent] = await Promise.all([
      readSystemBytes(directory.entry(name), {limit: LIMIT.rules}),
      readSystemBytes(oldName, {limit: LIMIT.rules, follow: false}),
    ])
    if (content.equals(oldContent)) {
      await rename(oldName, directory.entry(name))
      await directory.sync()
      return null
    }
    const real = await realpath(directory.entry('.'))
    const copy = copyAttributes(join(real, oldNameOf(name)), join(real, name))
    const copied = await runCommand(copy, {timeoutMs: COPY_TIMEOUT_MS, detached: true})
    if (!succeeded(copied)) return `the attributes of ${path} cannot be kept: ${describeResult(copy, copied)}`
    await syncToDisk(path)
    await unlink(oldName)
    return null
  })
}

/** Of an empty copy. In milliseconds. */
const COPY_TIMEOUT_MS = 30_000

/** cp(1) of GNU coreutils; what is named in `--preserve` has to be preserved, access control lists with the mode. */
function copyAttributes(from: string, to: string) {
  const attributes = '--preserve=mode,ownership,xattr'
  return ['cp', '--attributes-only', attributes, '--no-target-directory', '--', from, to] as const
}

/** Hidden, so that no pattern of an `include` finds it. */
const oldNameOf = (name: string) => `.${name}.drs-onboard`

/** Gives the file a second name, by which it is found when another has its name. */
async function keepOldFile({directory, name, found}: Place): Promise<string | null> {
  if (found === null) return null
  const oldName = directory.entry(oldNameOf(name))
  try {
    await link(directory.entry(name), oldName)
  } catch (error) {
    // From a run that was killed: the attributes of that file are still to be given back.
    if (errnoOf(error) !== 'EEXIST' && !LEFT_TO_PROGRAM.includes(errnoOf(error))) throw error
  }
  return null
}

async function oldFileAt({directory, name}: Place): Promise<Place['found']> {
  const old = await lstat(directory.entry(oldNameOf(name))).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  })
  return old?.isFile() ? old : null
}

function isSame(one: Place['found'], other: Place['found']): boolean {
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev
}

/** Does something where a path leads. @returns what that says, or why it failed, as a clause */
async function atPlace(path: string, act: (place: Place) => Promise<string | null>): Promise<string | null> {
  let place: Place
  try {
    place = await openPlace(path, {follow: true})
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? null : describeFileError(error)
  }
  try {
    return await act(place)
  } catch (error) {
    return describeFileError(error)
  } finally {
    await place.directory.close()
  }
}
