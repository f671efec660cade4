// Not imported: importing a module of Node's evaluates all that it exports.
const {lstatSync, mkdirSync} = process.getBuiltinModule('node:fs')
const {isAbsolute, join} = process.getBuiltinModule('node:path')

/**
 * Has Node keep compiled code for the next start. Anybody who can write there can have code run as this user, and Node's
 * own choice is a folder in /tmp, which anybody could have made before: so it is a folder of this user alone, or none.
 */
export function enableCompileCache(environment: NodeJS.ProcessEnv): void {
  const directory = cacheDirectory(environment, process.platform, process.getuid?.() ?? null)
  if (directory === null || !isOwn(directory)) return
  process.getBuiltinModule('node:module').enableCompileCache(directory)
}

/**
 * For root `/var/cache/drs-onboard`, for others the XDG cache directory (XDG Base Directory Specification 0.8: a
 * relative `XDG_CACHE_HOME` is ignored), on Windows `%LOCALAPPDATA%\drs-onboard\cache`; null where there is none.
 */
export function cacheDirectory(
  {LOCALAPPDATA, XDG_CACHE_HOME, HOME}: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
  user: number | null,
): string | null {
  if (platform === 'win32') return LOCALAPPDATA ? join(LOCALAPPDATA, 'drs-onboard', 'cache') : null
  if (user === 0) return '/var/cache/drs-onboard'
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'drs-onboard')
  return HOME && isAbsolute(HOME) ? join(HOME, '.cache', 'drs-onboard') : null
}

/** Makes the folder where it is missing; whether it is a folder that this user alone can write to. */
export function isOwn(directory: string, user: number | null = process.getuid?.() ?? null): boolean {
  try {
    mkdirSync(directory, {recursive: true, mode: 0o700})
    const found = lstatSync(directory)
    return found.isDirectory() && (user === null || (found.uid === user && (found.mode & 0o022) === 0))
  } catch {
    // Full, read-only or forbidden: then without.
    return false
  }
}
