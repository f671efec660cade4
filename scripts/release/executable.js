import {readFile, writeFile} from 'node:fs/promises'
import {join, relative, resolve} from 'node:path'
import {run} from './run.js'

/** Node looks for this in its own file to know that a program was added to it. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/**
 * Packs a bundle as Node takes it from inside its own file. Node's options are fixed in it, so that NODE_OPTIONS counts for
 * nothing, and every argument is the program's.
 *
 * @param maker Node.js of the version that the executable is made of, for this machine
 * @param codeCache whether compiled code is packed, too: it starts faster, and every time other bytes are made. It can only
 *   be made on the system that it is for.
 * @returns the file
 */
export async function packBundle(maker, bundle, scratch, codeCache) {
  const output = codeCache ? 'cached.blob' : 'plain.blob'
  const settings = {
    // Relative: it is kept in what is made.
    main: relative(scratch, bundle),
    output,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: codeCache,
    execArgv: ['--use-system-ca'],
    execArgvExtension: 'none',
  }
  await writeFile(join(scratch, 'sea.json'), JSON.stringify(settings))
  run([resolve(maker), '--experimental-sea-config', 'sea.json'], {cwd: scratch})
  return join(scratch, output)
}

/** Adds a packed bundle to a file of Node.js, in place. */
export async function addToNode(node, blob) {
  const {inject} = await import('postject')
  // It prints what it parses, and warns of what strip(1) has taken away.
  const {warn, log} = console
  Object.assign(console, {warn() {}, log() {}})
  try {
    await inject(node, 'NODE_SEA_BLOB', await readFile(blob), {sentinelFuse: FUSE})
  } finally {
    Object.assign(console, {warn, log})
  }
}
