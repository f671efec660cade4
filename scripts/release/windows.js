import {copyFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {packZip} from './archives.js'
import {addToNode, packBundle} from './executable.js'
import {fillFolder} from './folder.js'
import {nodeBinary} from './node-binary.js'
import {run} from './run.js'

/**
 * For Windows on x86-64, from 8.1 and Server 2012 R2 on, where Node.js 22 is the last that runs. Without compiled code, which only
 * Windows itself could make.
 */
export async function makeWindows(release) {
  const {version, bundle, folder, scratch} = release
  const node = await nodeBinary('windows-x64 22', scratch)
  // Of the same version: what is packed differs between versions. It also has the license, which the other package lacks.
  const maker = await nodeBinary('linux-x64 22', scratch)
  const program = join(scratch, 'drs-onboard.exe')
  // Node's signature would be false for the changed file.
  run(['osslsigncode', 'remove-signature', '-in', join(node.folder, 'bin/node.exe'), '-out', program])
  await addToNode(program, await packBundle(join(maker.folder, 'bin/node'), bundle, scratch, false))
  await copyFile(join(maker.folder, 'LICENSE'), join(node.folder, 'LICENSE'))
  const parent = join(scratch, 'windows-x64')
  const inside = `drs-onboard-${version}`
  await fillFolder(join(parent, inside), release, node, [program])
  await packZip(parent, inside, join(folder, `${inside}-windows-x64.zip`), release)
  await rm(parent, {recursive: true})
  return {nodes: [node]}
}
