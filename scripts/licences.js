import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

/**
 * Writes the licences of every package that one of these bundled files is from, as their terms ask.
 *
 * @param others further licences, as text
 */
export async function writeLicences(inputs, file, others = []) {
  const packages = await bundledPackages(inputs)
  const texts = await Promise.all(packages.map(describe))
  await writeFile(file, [...texts, ...others].join(`\n${'-'.repeat(78)}\n\n`))
}

/** The packages that these bundled files are from: folder, name, version and licence of each. */
export async function bundledPackages(inputs) {
  const folders = new Set(inputs.flatMap(input => packageOf(input)))
  return Promise.all(
    [...folders].sort().map(async folder => {
      const {name, version, license} = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
      return {folder, name, version, license}
    }),
  )
}

function packageOf(input) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
  return match ? [match[1]] : []
}

async function describe({folder, name, version, license}) {
  const file = (await readdir(folder)).find(entry => /^licen[cs]e/i.test(entry))
  const text = file ? await readFile(join(folder, file), 'utf8') : `Licence: ${license}\n`
  return `${name} ${version}\n\n${text.trim()}\n`
}
