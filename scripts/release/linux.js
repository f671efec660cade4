import {chmod, copyFile, mkdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {writeLicences} from '../licences.js'
import {packTarGz} from './archives.js'
import {addToNode, packBundle} from './executable.js'
import {nodeBinary} from './node-binary.js'
import {run} from './run.js'

/** For Linux on x86-64 with glibc 2.28 or later. */
export async function makeLinux(release) {
  const {version, folder, scratch, epoch} = release
  const {node, program} = await linuxProgram(release)
  const parent = join(scratch, 'linux-x64')
  const inside = `drs-onboard-${version}`
  await fillFolder(join(parent, inside), release, node, {'drs-onboard': program})
  await packTarGz(parent, inside, join(folder, `drs-onboard-${version}-linux-x64.tar.gz`), epoch)
  await rm(parent, {recursive: true})
  return [node]
}

/** The executable itself, without names that only a debugger reads; made once a release. */
async function linuxProgram(release) {
  release.linux ??= (async () => {
    const {bundle, scratch, codeCache} = release
    const node = await nodeBinary('linux-x64 24', scratch)
    const maker = join(node.folder, 'bin/node')
    const program = join(scratch, 'drs-onboard')
    run(['strip', '-o', program, maker])
    await addToNode(program, await packBundle(maker, bundle, scratch, codeCache))
    await chmod(program, 0o755)
    return {node, program}
  })()
  return release.linux
}

/** What every archive holds: the programs, and what their terms and their users ask for beside them. */
async function fillFolder(folder, {metafile}, node, programs) {
  await mkdir(folder, {recursive: true})
  for (const [name, file] of Object.entries(programs)) await copyFile(file, join(folder, name))
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) await copyFile(name, join(folder, name))
  const licence = `Node.js ${node.version}\n\n${await readFile(join(node.folder, 'LICENSE'), 'utf8')}`
  await writeLicences(Object.keys(metafile.inputs), join(folder, 'THIRD-PARTY-LICENCES.txt'), [licence])
}
