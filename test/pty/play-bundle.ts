import {join} from 'node:path'
import {build} from 'esbuild'
import {PROJECT} from '../lab/lib/paths.ts'

/** Bundles `play.ts` into a file, since Node runs no JSX; beside the project's own bundle, so that what is not bundled is found. */
export async function bundlePlay(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(PROJECT, 'test/pty/play.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    alias: {'react-devtools-core': join(PROJECT, 'scripts/no-devtools.js')},
    banner: {js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);"},
    define: {'process.env.NODE_ENV': '"production"'},
    logLevel: 'warning',
  })
}
