import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/** Writes the licences of every package that one of these bundled files is from, as their terms ask. */
export async function writeLicences(inputs, file) {
  const packages = new Set(inputs.flatMap(input => packageOf(input)))
  const texts = await Promise.all([...packages].sort().map(describe))
  await writeFile(file, `${texts.join(`\n${'-'.repeat(78)}\n\n`)}`)
}

function packageOf(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
  return match ? [match[1]] : []
}

async function describe(folder) {
  const {name, version, license} = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const file = (await readdir(folder)).find(entry => /^licen[cs]e/i.test(entry))
  const text = file ? await readFile(join(folder, file), 'utf8') : `Licence: ${license}\n`
  return `${name} ${version}\n\n${text.trim()}\n`
}
