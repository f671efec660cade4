import {build} from 'esbuild'
import {bundleOptions} from '../bundle-options.js'
import {readPatches} from '../patches.js'

/**
 * Bundles the whole program into one CommonJS file, as the executable needs it: Node's single executable applications take
 * no ES module, no `import()` beside compiled code, and no file of their own.
 * https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 *
 * @returns esbuild's metafile: what the bundle is made of
 */
export async function bundleOneFile(version, outfile) {
  const options = bundleOptions(version, await readPatches())
  const {metafile} = await build({
    ...options,
    entryPoints: ['src/one-file.ts'],
    outfile,
    format: 'cjs',
    define: {...options.define, BUILT_AS_ONE_FILE: 'true', 'import.meta.url': '""'},
    supported: {'dynamic-import': false},
  })
  return metafile
}
