// Bundles the command line tool and the programmatic interface into dist/. ESM with code splitting keeps React and Ink
// out of the files that scripted mode loads.
import {chmod, readFile, rename, rm} from 'node:fs/promises'
import {build} from 'esbuild'
import {fewFiles} from './few-files.js'
import {writeLicences} from './licences.js'

/** Of these, commander uses a part; importing them evaluates everything that they export. */
const LEAN = {
  'node:process': 'export default globalThis.process',
  // For subcommands that are programs of their own: this tool has none.
  'node:child_process': 'export default {}',
  'node:util': "export const {stripVTControlCharacters} = globalThis.process.getBuiltinModule('node:util')",
}

/** Loading those whole takes longer than everything else that `--help` does. */
const leanCommander = {
  name: 'lean-commander',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^node:/}, ({path, importer}) =>
      importer.includes('/commander/') && path in LEAN ? {path, namespace: 'lean-commander'} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'lean-commander'}, ({path}) => ({contents: LEAN[path]}))
  },
}

/**
 * Property by property: bundled like the others, all would be read, among them `title`, at which Node ends with a failed
 * assertion on Windows where the console has none.
 */
const PROCESS = `export default globalThis.process
export const {cwd, env, execArgv, execPath, hrtime, platform} = globalThis.process`

/**
 * An import of one of Node's modules evaluates all that it exports: for `node:http` a second HTTP client, for
 * `node:crypto` the Web Crypto API, 30 ms for nothing. It also comes before everything else in its file. Taken as they
 * are, only what is used is evaluated, when it is used.
 */
const nodeModulesAsTheyAre = {
  name: 'node-modules-as-they-are',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^node:/}, ({path}) => ({path, namespace: 'as-it-is'}))
    onLoad({filter: /^node:process$/, namespace: 'as-it-is'}, () => ({contents: PROCESS}))
    onLoad({filter: /.*/, namespace: 'as-it-is'}, ({path}) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
  },
}

/** Of `assert`, which takes 4 ms to load, signal-exit uses one function, on what Ink hands it. */
const leanSignalExit = {
  name: 'lean-signal-exit',
  setup({onResolve, onLoad}) {
    onResolve({filter: /^assert$/}, ({path, importer}) =>
      importer.includes('/signal-exit/') ? {path, namespace: 'lean-signal-exit'} : undefined,
    )
    onLoad({filter: /.*/, namespace: 'lean-signal-exit'}, () => ({contents: 'module.exports = {equal() {}}'}))
  },
}

/**
 * yoga, Ink's layout engine, carries its WebAssembly in its source, and reads it through `fetch` where there is one;
 * without, it decodes it in two loops, character by character. Loading Node's fetch takes 20 ms, the loops 15 ms, each a
 * tenth of the time to the first frame; a buffer has the same bytes at once.
 */
const YOGA_CHANGES = [
  ['"function"!=typeof fetch', 'true'],
  [
    'var b=xa(a.slice(37)),c=new Uint8Array(b.length);for(a=0;a<b.length;++a)c[a]=b.charCodeAt(a);var d=c',
    'var d=new Uint8Array(Buffer.from(a.slice(37),"base64"))',
  ],
]

const yogaAtOnce = {
  name: 'yoga-at-once',
  setup({onLoad}) {
    onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path}) => {
      let contents = await readFile(path, 'utf8')
      for (const [before, after] of YOGA_CHANGES) {
        if (!contents.includes(before))
          throw new Error(`yoga no longer holds ${before}, as this build expects`)
        contents = contents.replaceAll(before, after)
      }
      return {contents}
    })
  },
}

// Built aside, so that a failed build leaves the last one in place, and a running one its files for a moment longer.
const ASIDE = 'dist.new'

await rm(ASIDE, {recursive: true, force: true})

const {metafile} = await build({
  entryPoints: {cli: 'src/cli.ts', index: 'src/index.ts'},
  outdir: ASIDE,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  legalComments: 'none',
  metafile: true,
  define: {'process.env.NODE_ENV': '"production"'},
  // Ink imports the React developer tools only when DEV=true; production never does.
  alias: {'react-devtools-core': './scripts/no-devtools.js'},
  // Bundled CommonJS packages call require() for Node's own modules. A Node too old for it is told so by cli.js.
  banner: {js: "const require=process.getBuiltinModule?.('node:module').createRequire(import.meta.url);"},
  plugins: [fewFiles, leanCommander, nodeModulesAsTheyAre, leanSignalExit, yogaAtOnce],
  logLevel: 'warning',
})

await chmod(`${ASIDE}/cli.js`, 0o755)
await writeLicences(metafile, `${ASIDE}/THIRD-PARTY-LICENCES.txt`)
await rm('dist', {recursive: true, force: true})
await rename(ASIDE, 'dist')
