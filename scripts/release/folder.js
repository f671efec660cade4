import {copyFile, mkdir, readFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {writeLicences} from '../licences.js'

/**
 * Fills the folder that an archive contains: the programs, and what their terms and their users ask for beside them.
 *
 * @param node the package of Node.js, with its license in a folder
 * @param licenses texts of further ones
 */
export async function fillFolder(folder, {metafile}, node, programs, licenses = []) {
  await mkdir(folder, {recursive: true})
  for (const file of programs) await copyFile(file, join(folder, basename(file)))
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md']) await copyFile(name, join(folder, name))
  const nodes = `Node.js ${node.version}\n\n${await readFile(join(node.folder, 'LICENSE'), 'utf8')}`
  await writeLicences(Object.keys(metafile.inputs), join(folder, 'THIRD-PARTY-LICENCES.txt'), [
    nodes,
    ...licenses,
  ])
}
