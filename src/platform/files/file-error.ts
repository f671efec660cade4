const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'larger than the maximum file size',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'part of the path is not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EEXIST: 'a file with that name exists',
  EIO: 'input/output error',
  EMFILE: 'too many open files in this process (`ulimit -n`)',
  ENFILE: 'too many open files on this server',
}

/** Why a file is not read or written although the system would. The message is a clause for inside a sentence. */
export class FileRefused extends Error {
  /** `untrusted`: another user could have planted what the path leads to, or through. */
  readonly code: 'not-a-file' | 'too-large' | 'too-slow' | 'untrusted'
  readonly #predicate: string

  /** @param predicate what `subject` is or does, such as `is a directory` */
  constructor(code: FileRefused['code'], predicate: string, subject = 'it') {
    super(`${subject} ${predicate}`)
    this.name = 'FileRefused'
    this.code = code
    this.#predicate = predicate
  }

  /** The same with a path for its subject, to be understood alone. */
  of(path: string): FileRefused {
    return new FileRefused(this.code, this.#predicate, path)
  }
}

/** The code of a failed system call or a refusal, or null for any other error. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** A few words for why a file or directory could not be read or written. */
export function describeFileError(error: unknown): string {
  const code = errnoOf(error)
  const words = code === null ? undefined : WORDS[code]
  if (words !== undefined) return words
  const message = error instanceof Error ? error.message : String(error)
  // `ENOTCONN: socket is not connected, lstat '/proc/self/fd/20/x'`: how it was found is of no use to people.
  return /^E[A-Z0-9]+: ([^,]+), /.exec(message)?.[1] ?? message
}

/** The same for a message that names the code of a system call, such as ENOENT. */
export function fileErrorClause(error: unknown): string {
  if (error instanceof FileRefused) return error.message
  return errnoOf(error) ?? (error instanceof Error ? error.message : String(error))
}
