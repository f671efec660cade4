import {join} from 'node:path'
import {build} from 'esbuild'
import {PROJECT} from './lab/lib/paths.ts'

/**
 * Bundles a program of the tests into one file: Node runs no JSX, and takes a second to read some hundred sources. The
 * file lies best in a folder of the project, so that what is not bundled is found.
 *
 * @param source relative to the project
 */
export async function bundle(source: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(PROJECT, source)],
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
