import {readdir, readFile} from 'node:fs/promises'

const FOLDER = new URL('../patches/', import.meta.url)

/** The files in `patches/`: what this build changes in each dependency, and why. */
export async function readPatches() {
  const names = (await readdir(FOLDER)).filter(name => name.endsWith('.js')).sort()
  return Promise.all(names.map(async name => (await import(new URL(name, FOLDER).href)).default))
}

/**
 * Applies one patch while bundling. Fails where the dependency no longer holds what is to be changed, so that a new
 * version of it is looked at.
 */
export function applyPatch({dependency, modules = {}, edits = []}) {
  const inside = path => path.includes(`/node_modules/${dependency}/`)
  return {
    name: `patch-${dependency}`,
    setup({onResolve, onLoad}) {
      onResolve({filter: /^(node:)?[a-z_/]+$/}, ({path, importer}) =>
        inside(importer) && path in modules ? {path, namespace: `patch-${dependency}`} : undefined,
      )
      onLoad({filter: /.*/, namespace: `patch-${dependency}`}, ({path}) => ({contents: modules[path]}))
      for (const file of new Set(edits.map(edit => edit.file))) {
        onLoad({filter: new RegExp(`/${dependency}/${file.replaceAll('.', '\\.')}$`)}, async ({path}) => {
          let contents = await readFile(path, 'utf8')
          for (const {before, after} of edits.filter(edit => edit.file === file)) {
            if (!contents.includes(before)) throw new Error(`${dependency} no longer holds: ${before}`)
            contents = contents.replaceAll(before, after)
          }
          return {contents}
        })
      }
    },
  }
}
