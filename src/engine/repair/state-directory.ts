import {stat} from 'node:fs/promises'
import {homedir} from 'node:os'
import {isAbsolute, join} from 'node:path'
import {UserError} from '../../errors.ts'
import {describeFileError, errnoOf} from '../../platform/files/file-error.ts'
import {makeDirectory} from '../../platform/files/write.ts'

/** A POSIX user id; null on systems that have none. */
type UserId = number | null

const currentUser = (): UserId => process.getuid?.() ?? null

/**
 * Where the journal and the lock live: `DRS_ONBOARD_STATE_DIR`; else for root `/var/lib/drs-onboard`, for others
 * the XDG state directory (XDG Base Directory Specification 0.8: a relative `XDG_STATE_HOME` is ignored), and on
 * Windows `%ProgramData%\drs-onboard`.
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
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.local', 'state'), 'drs-onboard')
}

/**
 * Creates the directory with mode 0700 where it is missing.
 * @throws UserError when it cannot be created, or when others than its owner could write to it
 */
export async function prepareStateDirectory(directory: string): Promise<void> {
  try {
    await makeDirectory(directory)
  } catch (error) {
    throw cannotRecord(directory, error)
  }
  await requireTrusted(directory)
}

/**
 * Undo runs the commands that the journal names, so a journal that somebody else can write would let them run
 * commands as this user.
 * @returns false where there is no such directory
 * @throws UserError when the directory is not this user's (or root's) alone
 */
export async function requireTrusted(directory: string, user: UserId = currentUser()): Promise<boolean> {
  let found: Awaited<ReturnType<typeof stat>>
  try {
    found = await stat(directory)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw new UserError(
      `The state directory ${directory} cannot be read (${describeFileError(error)}); run as the user who made the changes.`,
      undefined,
      {cause: error},
    )
  }
  if (user === null) return true
  const owned = found.uid === user || found.uid === 0
  if (owned && (found.mode & 0o022) === 0) return true
  throw new UserError(
    `The state directory ${directory} can be written by other users, who could have commands run through it; ` +
      'make it yours with mode 0700, or set DRS_ONBOARD_STATE_DIR to a directory that is.',
  )
}

/** For the moment before the first change. */
export function cannotRecord(path: string, error: unknown): UserError {
  return new UserError(
    `Changes cannot be recorded in ${path} (${describeFileError(error)}), so nothing was changed; ` +
      'mend that, or set DRS_ONBOARD_STATE_DIR to a directory that can be written.',
    undefined,
    {cause: error},
  )
}
