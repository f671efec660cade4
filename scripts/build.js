// Bundles the command line tool and the programmatic interface into dist/. ESM with code splitting keeps React, Ink
// and every other heavy part out of the files that scripted mode loads.
import {chmod, rm} from 'node:fs/promises'
import {build} from 'esbuild'

await rm('dist', {recursive: true, force: true})

await build({
  entryPoints: {cli: 'src/cli.ts', index: 'src/index.ts'},
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minify: true,
  keepNames: false,
  legalComments: 'linked',
  define: {'process.env.NODE_ENV': '"production"'},
  // Ink imports the React developer tools only when DEV=true; production never does.
  alias: {'react-devtools-core': './scripts/no-devtools.js'},
  // Bundled CommonJS packages call require() for Node's own modules.
  banner: {js: "import {createRequire as __createRequire} from 'node:module';const require=__createRequire(import.meta.url);"},
  logLevel: 'warning',
})

await chmod('dist/cli.js', 0o755)
