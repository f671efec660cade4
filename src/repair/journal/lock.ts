import {randomBytes} from 'node:crypto'
import {link, readdir, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import * as z from 'zod'
import {UserError} from '../../contract/errors.ts'
import {describeFileError, errnoOf, FileRefused} from '../../platform/files/file-error.ts'
import {readTrusted} from '../../platform/files/trust.ts'
import {createFile} from '../../platform/files/write.ts'
import {isRunning, processIdentity, thisProcess} from './process-identity.ts'
import {cannotRecord, requireTrusted} from './state-directory.ts'

const holder = processIdentity.extend({startedAt: z.string()})

export type Holder = z.infer<typeof holder>

/** Held by one run at a time. */
export type Lock = {release(): Promise<void>}

/** No more digits than a number in JavaScript keeps apart from the next. */
const NAME = /^lock\.(\d{1,15})$/

/**
 * Takes the lock of a state directory, which must exist. A dead run's lock is recognised and passed over, and so is
 * what another user has put there before the directory was root's or this user's alone.
 *
 * Each lock is a file of its own, `lock.N`, linked into place whole: a successor of a dead `lock.N` can only be
 * `lock.N+1`, so that of several runs which find the same dead lock exactly one gets past it, and nobody ever
 * deletes a lock that might have become somebody's.
 * @throws UserError when another run holds it, naming its process; when the directory is not to be trusted
 */
export async function acquireLock(directory: string): Promise<Lock> {
  await requireTrusted(directory)
  const mine = join(directory, `claim-${randomBytes(6).toString('hex')}.tmp`)
  const claim: Holder = {...(await thisProcess()), startedAt: new Date().toISOString()}
  try {
    await createFile(mine, JSON.stringify(claim))
    const lock = await linkNext(directory, mine)
    await removeIfThere(mine)
    return lock
  } catch (error) {
    // Where nothing can be written, nothing can be removed either; the reason for the first is the one to tell.
    await removeIfThere(mine).catch(() => {})
    throw error instanceof UserError ? error : cannotRecord(directory, error)
  }
}

async function linkNext(directory: string, claim: string): Promise<Lock> {
  for (;;) {
    const found = await requireAllDead(directory)
    const number = Math.max(0, ...found) + 1
    const path = join(directory, `lock.${number}`)
    try {
      await link(claim, path)
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue
      throw error
    }
    try {
      // A run that ended in between may have started the numbers again for a third one.
      await requireAllDead(directory, number)
    } catch (error) {
      await removeIfThere(path)
      throw error
    }
    // What cannot be removed is passed over the next time, too.
    await Promise.all(found.map(dead => removeIfThere(join(directory, `lock.${dead}`)).catch(() => {})))
    return {release: () => removeIfThere(path)}
  }
}

/** The numbers of the locks in the directory, all of which belong to runs that are dead, or to nobody. */
async function requireAllDead(directory: string, own?: number): Promise<number[]> {
  const numbers: number[] = []
  for (const name of await readdir(directory)) {
    const number = Number(NAME.exec(name)?.[1] ?? Number.NaN)
    if (Number.isNaN(number) || number === own) continue
    const other = await readHolder(join(directory, name))
    if (other === 'released') continue
    if (other !== 'planted' && (await isRunning(other))) throw anotherRun(other)
    numbers.push(number)
  }
  return numbers
}

function anotherRun({pid, startedAt}: Holder): UserError {
  return new UserError(
    `Another run of drs-onboard is active (process ${pid}, since ${startedAt}); wait for it or stop it, then start again.`,
  )
}

/**
 * The run that holds the lock of a state directory; null where none does, or there is no such directory.
 * @throws UserError for a lock file that cannot be understood
 */
export async function findRun(directory: string): Promise<Holder | null> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  for (const name of names.filter(each => NAME.test(each))) {
    const found = await readHolder(join(directory, name))
    if (typeof found === 'object' && (await isRunning(found))) return found
  }
  return null
}

/** @throws UserError that names the run which is at work */
export async function requireNoRun(directory: string): Promise<void> {
  const run = await findRun(directory)
  if (run) throw anotherRun(run)
}

/** `planted`: by another user; a run that holds a lock of this directory is root's or this user's own. */
async function readHolder(path: string): Promise<Holder | 'released' | 'planted'> {
  let text: string
  try {
    // While it is taken, it has the name of its claim besides.
    text = await readTrusted(path, {names: 'any'})
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'released'
    if (error instanceof FileRefused) return 'planted'
    throw new UserError(
      `The lock file ${path} cannot be read (${describeFileError(error)}); fix that, and start again.`,
      undefined,
      {cause: error},
    )
  }
  const parsed = holder.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new UserError(
    `The lock file ${path} is invalid; make sure that no other run of drs-onboard is active, and delete it.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
