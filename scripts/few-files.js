import {readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'

/** What is loaded from a file of its own: the program behind its start, zod's JSON Schemas, and screens, with Ink and React. */
const APART = /^(\.\/main\.ts|zod|\.\.\/screens\/.*)$/

/** Their dynamic imports are the commands: what they need is one file beside the one that reads the command line. */
const COMMAND_LINE = ['program.ts', 'offline-commands.ts']
const READS_COMMAND_LINE = new RegExp(`[/\\\\]src[/\\\\]commands[/\\\\](${COMMAND_LINE.join('|')})$`)

const DYNAMIC_IMPORT = /\bimport\('([^']+)'\)/g

/**
 * Code splitting makes a file for every set of modules that some dynamic imports share: a scripted check would load 92
 * of them, a fifth of the time that it takes. With this, what is imported dynamically becomes part of the file that
 * imports it, and is still evaluated only when it is asked for.
 */
export const fewFiles = {
  name: 'few-files',
  setup({onResolve, onLoad}) {
    onLoad({filter: /[/\\]src[/\\].*\.tsx?$/}, async ({path}) => {
      const source = await readFile(path, 'utf8')
      const contents = source.replace(DYNAMIC_IMPORT, (asWritten, name) => {
        if (APART.test(name)) return asWritten
        if (READS_COMMAND_LINE.test(path))
          return `import('few-files:commands').then(load => load.parts['${name}']())`
        return `Promise.resolve().then(() => require('${name}'))`
      })
      return {contents, loader: path.endsWith('x') ? 'tsx' : 'ts'}
    })
    onResolve({filter: /^few-files:commands$/}, ({importer}) => ({
      path: 'commands',
      namespace: 'few-files',
      pluginData: {directory: dirname(importer)},
    }))
    onLoad({filter: /.*/, namespace: 'few-files'}, async ({pluginData: {directory}}) => {
      const sources = await Promise.all(COMMAND_LINE.map(name => readFile(join(directory, name), 'utf8')))
      const names = sources.flatMap(source => [...source.matchAll(DYNAMIC_IMPORT)].map(([, name]) => name))
      const parts = [...new Set(names)].map(name => `'${name}': () => require('${name}')`)
      return {contents: `export const parts = {${parts.join(',')}}`, resolveDir: directory}
    })
  },
}
