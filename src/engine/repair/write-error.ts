const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'part of the path is not a directory',
  EEXIST: 'a file of that name is in the way',
  EIO: 'input/output error',
}

/** The code of a failed system call, or null for any other error. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** A few words for why a file or directory could not be read or written. */
export function describeWriteError(error: unknown): string {
  const code = errnoOf(error)
  const words = code === null ? undefined : WORDS[code]
  return words ?? (error instanceof Error ? error.message : String(error))
}
