// Bundles the command line tool and the programmatic interface into dist/: cli.js, which says so where Node.js is too
// old, main.js with all commands, screens.js with all that is drawn with React and Ink, which scripted mode never reads,
// and index.js. What else is imported dynamically stays in the same file, and is evaluated when it is first asked for.
//
// usage: node scripts/build.js [--unpatched] [--outdir DIR] [--metafile FILE]
import {chmod, rename, rm, writeFile} from 'node:fs/promises'
import {parseArgs} from 'node:util'
import {build} from 'esbuild'
import {bundleOptions, readVersion} from './bundle-options.js'
import {writeLicences} from './licences.js'
import {readPatches} from './patches.js'

const {
  values: {unpatched, outdir, metafile},
} = parseArgs({
  options: {
    unpatched: {type: 'boolean'},
    outdir: {type: 'string', default: 'dist'},
    metafile: {type: 'string'},
  },
})

// Built aside, so that a failed build leaves the last one in place, and a running one its files for a moment longer.
const aside = `${outdir}.new`

const version = await readVersion()
const patches = unpatched ? [] : await readPatches()

const options = {
  ...bundleOptions(version, patches),
  outdir: aside,
  format: 'esm',
  // Bundled CommonJS packages call require() for Node's own modules. A Node too old for it is told so by cli.js.
  banner: {js: "const require=process.getBuiltinModule?.('node:module').createRequire(import.meta.url);"},
}

/** A file of its own, loaded when it is first needed. */
const apart = (source, file) => ({
  name: `${file}-apart`,
  setup({onResolve}) {
    onResolve({filter: source}, ({kind}) =>
      kind === 'entry-point' ? undefined : {path: file, external: true},
    )
  },
})

// cli.js must run where nothing else does, and turns on Node's cache of compiled code for what it loads.
const MAIN = apart(/^\.\/main\.ts$/, './main.js')
const SCREENS = apart(/\/screens\/index\.ts$/, './screens.js')
/** What main.ts exports for the screens: one copy of what holds state, or is compared by identity. */
const SHARED = apart(/\/(errors|contract\/own-command)\.ts$/, './main.js')

const bundle = (name, source, ...plugins) =>
  build({...options, entryPoints: {[name]: source}, plugins: [...plugins, ...options.plugins]})

await rm(aside, {recursive: true, force: true})
const built = await Promise.all([
  bundle('cli', 'src/cli.ts', MAIN),
  bundle('main', 'src/main.ts', SCREENS),
  bundle('screens', 'src/screens/index.ts', SHARED),
  bundle('index', 'src/index.ts'),
])

const inputs = built.flatMap(({metafile}) => Object.keys(metafile.inputs))
await chmod(`${aside}/cli.js`, 0o755)
await writeLicences(inputs, `${aside}/THIRD-PARTY-LICENCES.txt`)
if (metafile !== undefined) await writeFile(metafile, JSON.stringify(built.map(({metafile}) => metafile)))
await rm(outdir, {recursive: true, force: true})
await rename(aside, outdir)
