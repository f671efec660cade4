import {realpath} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {openRegularFile} from '../files/read.ts'
import {searchPath} from '../process/search-path.ts'

/** The files, without links, that a program's name stands for on the PATH that `runCommand` gives, first one first. */
export async function findPrograms(name: string): Promise<readonly string[]> {
  const directories = searchPath(process.env.PATH).path.split(':').filter(Boolean)
  const found = await Promise.all(directories.map(directory => realOrNull(join(directory, name))))
  return [...new Set(found.filter(path => path !== null))]
}

/** The first line of a script fits (execve(2), BINPRM_BUF_SIZE). */
const SHEBANG_BYTES = 256

/**
 * The file, without links, of the program that runs a script: what its first line names (execve(2), Interpreter
 * scripts), or what env(1) finds by that name; null for what is no script.
 */
export async function interpreterOf(path: string): Promise<string | null> {
  const start = await startOf(path).catch(() => '')
  const [, interpreter, argument] = /^#! *(\S+)(?: +(?:-S +)?(\S+))?/.exec(start) ?? []
  if (interpreter === undefined) return null
  if (basename(interpreter) !== 'env' || argument === undefined) return realOrNull(interpreter)
  return (await findPrograms(argument))[0] ?? null
}

async function startOf(path: string): Promise<string> {
  const {file} = await openRegularFile(path)
  try {
    const {buffer, bytesRead} = await file.read(Buffer.alloc(SHEBANG_BYTES), 0, SHEBANG_BYTES, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}

export function realOrNull(path: string): Promise<string | null> {
  return realpath(path).catch(() => null)
}
