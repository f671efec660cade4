import {chmod, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {packTarGz} from './archives.js'
import {addToNode, packBundle} from './executable.js'
import {fillFolder} from './folder.js'
import {nodeBinary} from './node-binary.js'
import {makeForOldGlibc} from './old-glibc/make.js'
import {run} from './run.js'

/** For Linux on x86-64 with glibc 2.28 or later. */
export async function makeLinux(release) {
  const {node, program} = await linuxProgram(release)
  await pack('linux-x64', release, node, [program])
  return {nodes: [node]}
}

/** For Linux on x86-64 with glibc 2.17 to 2.27, and kernel 3.10 or later. */
export async function makeOldLinux(release) {
  const {node, program} = await linuxProgram(release)
  const {files, license, libraries} = await makeForOldGlibc(program, release.scratch)
  await pack('linux-x64-old', release, node, files, [license])
  return {nodes: [node], libraries}
}

async function pack(name, release, node, programs, licenses = []) {
  const {version, folder, scratch} = release
  const parent = join(scratch, name)
  const inside = `drs-onboard-${version}`
  await fillFolder(join(parent, inside), release, node, programs, licenses)
  await packTarGz(parent, inside, join(folder, `${inside}-${name}.tar.gz`), release)
  await rm(parent, {recursive: true})
}

/** The executable itself, without names that only a debugger reads; made once a release. */
export async function linuxProgram(release) {
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
