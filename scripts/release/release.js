// Makes what is put on a server: one file that holds Node.js and the program, in an archive, with checksums and a bill of
// materials, in release/. How each is made and verified: docs/release.md.
//
// usage: npm run release -- [--only NAME,…] [--outdir DIR] [--no-code-cache] [--fast] [--sign KEY]
// --fast: compressed less, for tests
import {mkdir, mkdtemp, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {parseArgs} from 'node:util'
import {readVersion} from '../bundle-options.js'
import {bundleOneFile} from './bundle.js'
import {writeChecksums} from './checksums.js'
import {makeLinux, makeOldLinux} from './linux.js'
import {makeDeb, makeRpm} from './packages.js'
import {run} from './run.js'
import {billOfMaterials} from './sbom.js'
import {makeWindows} from './windows.js'

/** What can be made. Each takes a release, adds its files to the folder, and returns what else is in them than the bundle. */
const ARTEFACTS = {
  'linux-x64': makeLinux,
  'linux-x64-old': makeOldLinux,
  'windows-x64': makeWindows,
  deb: makeDeb,
  rpm: makeRpm,
}

const {
  values: {only, outdir, sign, fast, 'no-code-cache': noCodeCache},
} = parseArgs({
  options: {
    only: {type: 'string', default: Object.keys(ARTEFACTS).join(',')},
    outdir: {type: 'string', default: 'release'},
    sign: {type: 'string'},
    fast: {type: 'boolean', default: false},
    'no-code-cache': {type: 'boolean', default: false},
  },
})

const names = only.split(',')
const unknown = names.find(name => !(name in ARTEFACTS))
if (unknown !== undefined) {
  process.stderr.write(`There is no ${unknown}; there are ${Object.keys(ARTEFACTS).join(', ')}.\n`)
  process.exit(2)
}
if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('A release is made on Linux for x86-64.\n')
  process.exit(2)
}

const scratch = await mkdtemp(join(tmpdir(), 'drs-onboard-release-'))
try {
  const version = await readVersion()
  const bundle = join(scratch, 'drs-onboard.cjs')
  const metafile = await bundleOneFile(version, bundle)
  const folder = join(scratch, 'release')
  await mkdir(folder)
  const release = {
    version,
    bundle,
    metafile,
    scratch,
    folder,
    codeCache: !noCodeCache,
    fast,
    epoch: timeOfSources(),
  }
  const nodes = new Map()
  const others = []
  for (const name of names) {
    process.stderr.write(`${name} ...\n`)
    const made = await ARTEFACTS[name](release)
    for (const node of made.nodes) nodes.set(`${node.name} ${node.version}`, node)
    others.push(...(made.libraries ?? []))
  }
  const bill = await billOfMaterials(version, metafile, [...nodes.values()], others)
  await writeFile(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`)
  await writeChecksums(folder, sign)
  await rm(outdir, {recursive: true, force: true})
  await mkdir(resolve(outdir, '..'), {recursive: true})
  run(['cp', '-r', folder, `${outdir}.new`])
  await rename(`${outdir}.new`, outdir)
} finally {
  await rm(scratch, {recursive: true})
}

/** In seconds: what is made of the same commit is to have the same times in it. SOURCE_DATE_EPOCH, where it is set. */
function timeOfSources() {
  return Number(process.env.SOURCE_DATE_EPOCH ?? run(['git', 'log', '-1', '--format=%ct']))
}
