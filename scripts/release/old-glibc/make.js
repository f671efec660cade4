import {chmod, copyFile, mkdir, readFile, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {run} from '../run.js'
import {compilerLibraries} from './libraries.js'
import {dropNewerVersions, glibcVersions} from './version-needs.js'

/** Of RHEL 7. */
const OLDEST_GLIBC = '2.17'
const SHIM = 'libdrsonboard-glibc.so'

/**
 * Makes a copy of the executable that runs with glibc 2.17, and with kernel 3.10, whose missing functions a small library
 * beside it has. The bundle is in the executable already: what patchelf(1) moves before that, postject damages.
 *
 * @returns the files of one folder, the license of two of them, and these two as components of a bill of materials
 */
export async function makeForOldGlibc(program, scratch) {
  const folder = join(scratch, 'old')
  await mkdir(folder)
  const copy = join(folder, 'drs-onboard')
  await copyFile(program, copy)
  // DT_RPATH, not DT_RUNPATH: LD_LIBRARY_PATH does not come before it. Two calls: patchelf damages names in one.
  run(['patchelf', '--force-rpath', '--set-rpath', '$ORIGIN', copy])
  run(['patchelf', '--add-needed', SHIM, copy])
  const {libraries, license} = await compilerLibraries(scratch)
  const files = [copy]
  for (const library of libraries) {
    const file = join(folder, basename(library.file))
    await copyFile(library.file, file)
    files.push(file)
  }
  for (const file of files) {
    const bytes = await readFile(file)
    dropNewerVersions(bytes, OLDEST_GLIBC)
    await writeFile(file, bytes)
  }
  const shim = join(folder, SHIM)
  const source = join(import.meta.dirname, 'shim.c')
  const made = ['-shared', '-s', '-nostdlib', `-Wl,-soname,${SHIM}`, '-Wl,--build-id=none']
  run(['gcc', '-O2', '-Wall', '-Wextra', '-Werror', '-fPIC', ...made, '-o', shim, source, '-lc', '-lm'])
  const newest = glibcVersions(await readFile(shim)).at(-1)
  if (newest !== '2.2.5') throw new Error(`${SHIM} asks for glibc ${newest}`)
  await chmod(copy, 0o755)
  return {files: [...files, shim], license, libraries}
}
