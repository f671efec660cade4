import {readFile} from 'node:fs/promises'
import {nodeModules} from './node-modules.js'
import {applyPatch} from './patches.js'

/** The version in package.json. */
export async function readVersion() {
  return JSON.parse(await readFile('package.json', 'utf8')).version
}

/** What every bundle is built with. */
export function bundleOptions(version, patches) {
  return {
    bundle: true,
    platform: 'node',
    target: 'node22',
    minify: true,
    legalComments: 'none',
    metafile: true,
    // Without `fetch`, yoga (Ink's layout engine) takes its WebAssembly from its own source; Node's takes 20 ms to load.
    define: {
      'process.env.NODE_ENV': '"production"',
      fetch: 'undefined',
      BUILT_VERSION: JSON.stringify(version),
    },
    // Ink imports the React developer tools only when DEV=true; production never does.
    alias: {'react-devtools-core': './scripts/no-devtools.js'},
    plugins: [...patches.map(applyPatch), nodeModules],
    logLevel: 'warning',
  }
}
