import {homedir, userInfo} from 'node:os'
import {isAbsolute, join, resolve} from 'node:path'
import {commandLine} from '../../contract/command-line.ts'
import {UserError} from '../../contract/errors.ts'
import {describeFileError, errnoOf} from '../../platform/files/file-error.ts'
import {type Distrust, distrustOfDirectory} from '../../platform/files/trust.ts'
import {makeDirectory} from '../../platform/files/write.ts'

/** A POSIX user id; null on systems that have none. */
type UserId = number | null

const currentUser = (): UserId => process.getuid?.() ?? null

/**
 * Where the journal and the lock live: `DRS_ONBOARD_STATE_DIR`; else for root `/var/lib/drs-onboard`, for others
 * the XDG state directory (XDG Base Directory Specification 0.8: a relative `XDG_STATE_HOME` is ignored, and so is a
 * relative HOME), and on Windows `%ProgramData%\drs-onboard`.
 */
export function stateDirectory(
  env: NodeJS.ProcessEnv,
  user: UserId = currentUser(),
  platform: NodeJS.Platform = process.platform,
): string {
  const override = env.DRS_ONBOARD_STATE_DIR
  if (override) return override
  if (platform === 'win32') return join(env.ProgramData ?? 'C:\\ProgramData', 'drs-onboard')
  if (user === 0) return '/var/lib/drs-onboard'
  const xdg = env.XDG_STATE_HOME
  return join(xdg && isAbsolute(xdg) ? xdg : join(homeDirectory(), '.local', 'state'), 'drs-onboard')
}

/** What passwd(5) has for users who have no home. Nothing is there to read, and nothing can be written. */
const NO_HOME = '/nonexistent'

/** The user's home; `/nonexistent` for a user without an entry in passwd(5) and without a HOME, as in some containers. */
function homeDirectory(): string {
  for (const find of [homedir, () => userInfo().homedir]) {
    try {
      const home = find()
      if (isAbsolute(home)) return home
    } catch {
      // Node.js has an error for a home that is not known.
    }
  }
  return NO_HOME
}

/**
 * Creates the directory with mode 0700 where it is missing.
 * @throws UserError when it cannot be created, or when another user could have put something into it
 */
export async function prepareStateDirectory(directory: string): Promise<void> {
  try {
    if (!(await isThere(directory))) await makeDirectory(directory)
  } catch (error) {
    throw error instanceof UserError ? error : cannotRecord(directory, error)
  }
  await requireTrusted(directory)
}

/** What of the state directory is run or restored, or leads there. */
const PARTS = ['journal', 'backups']

/**
 * Undo runs the commands that the journal names, so neither the directory, nor the parts of it that are read, nor any
 * directory on the way there may be another user's, or open to others.
 * @returns false where there is no such directory
 * @throws UserError that says whose it could be, and what to do without running any of it
 */
export async function requireTrusted(directory: string): Promise<boolean> {
  try {
    return await isThere(directory)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      `The state directory ${directory} cannot be read (${describeFileError(error)}); run as the user who made the changes.`,
      undefined,
      {cause: error},
    )
  }
}

/** @throws UserError where another user could have put something there; the error of a system call */
async function isThere(directory: string): Promise<boolean> {
  // What the system has set up on the way to a default may be a link; on the way that somebody names, it may be a trap.
  const links = process.env.DRS_ONBOARD_STATE_DIR === directory ? 'refused' : 'followed'
  const whole = await distrustOfDirectory(directory, {links})
  if (whole === 'absent') return false
  if (whole !== null) throw notTrusted(directory, whole)
  for (const part of PARTS) {
    const found = await distrustOfDirectory(join(directory, part), {links}).catch(ifNoDirectory)
    if (found !== 'absent' && found !== null) throw notTrusted(directory, found)
  }
  return true
}

/** What is in the way of a part fails where the part is used. */
function ifNoDirectory(error: unknown): null {
  if (errnoOf(error) === 'ENOTDIR') return null
  throw error
}

/** Never advises to make a directory one's own with what is in it: that may be another user's, to be run by `undo`. */
function notTrusted(directory: string, {path, because}: Distrust): UserError {
  const whole = resolve(directory)
  const inside = path === whole || path.startsWith(`${whole}/`)
  const next = inside
    ? `move it away, for example with \`${commandLine(['mv', '-T', whole, `${whole}.untrusted`])}\`, inspect it there, and start again with a new one`
    : `move ${whole} away if it exists, inspect it there, and set DRS_ONBOARD_STATE_DIR to a new directory below directories that only root can write to`
  return new UserError(
    `The state directory ${whole} is not used, and nothing in it was read or run: ${path} ${because}, so another user could have put commands there; ${next}.`,
  )
}

/** For the moment before the first change. */
export function cannotRecord(path: string, error: unknown): UserError {
  return new UserError(
    `Changes cannot be recorded in ${path} (${describeFileError(error)}), so nothing was changed; ` +
      'fix that, or set DRS_ONBOARD_STATE_DIR to a writable directory.',
    undefined,
    {cause: error},
  )
}
