// Starts drs-onboard from a clone. Builds it first where a source is newer than the last build, and says so.
import {spawnSync} from 'node:child_process'
import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath, pathToFileURL} from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'dist', 'cli.js')

const builtAt = await modifiedAt(program)
if (builtAt === null || (await newestSource()) > builtAt) {
  process.stderr.write(
    `Building drs-onboard (${builtAt === null ? 'first start' : 'its sources have changed'}) ...\n`,
  )
  const {status, error} = spawnSync(process.execPath, [join('scripts', 'build.js')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (error || status !== 0) {
    process.stderr.write(
      `drs-onboard could not be built (${error?.message ?? `exit code ${status}`}); run npm ci and start again.\n`,
    )
    process.exit(1)
  }
}

// What the program prints for people to run, and what it starts itself, goes by this.
process.argv[1] = program
await import(pathToFileURL(program).href)

/** Milliseconds since epoch; null where the file does not exist. */
async function modifiedAt(path) {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

/** When anything that goes into the build was changed last, in milliseconds since epoch. */
async function newestSource() {
  const files = await Promise.all(
    ['src', 'scripts', 'patches'].map(folder =>
      readdir(join(root, folder), {recursive: true, withFileTypes: true}),
    ),
  )
  const paths = files.flat().map(({parentPath, name}) => join(parentPath, name))
  const times = await Promise.all([...paths, join(root, 'package-lock.json')].map(modifiedAt))
  return Math.max(...times.map(time => time ?? 0))
}
