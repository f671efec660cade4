import {readFile} from 'node:fs/promises'

/** Where a dynamic import is loaded from a file of its own: Ink and React, and zod's JSON Schemas, are heavy and rare. */
const APART = new Set(['./main.ts', '../screens/run-wizard.tsx', 'zod'])

/** Its dynamic imports are the commands: what they need is one file beside the one that reads the command line. */
const COMMAND_LINE = /[/\\]src[/\\]commands[/\\]program\.ts$/

const DYNAMIC_IMPORT = /\bimport\('([^']+)'\)/g

/**
 * Code splitting makes a file for every set of modules that some dynamic imports share: a scripted check would load 92 of
 * them, a fifth of the time that it takes. With this, what is imported dynamically becomes part of the file that
 * imports it, and is still evaluated only when it is asked for.
 */
export const fewFiles = {
  name: 'few-files',
  setup({onResolve, onLoad}) {
    let commands = null
    onLoad({filter: /[/\\]src[/\\].*\.tsx?$/}, async ({path}) => {
      const source = await readFile(path, 'utf8')
      const isCommandLine = COMMAND_LINE.test(path)
      if (isCommandLine)
        commands = {importer: path, names: [...source.matchAll(DYNAMIC_IMPORT)].map(([, name]) => name)}
      const contents = source.replace(DYNAMIC_IMPORT, (asWritten, name) => {
        if (APART.has(name)) return asWritten
        if (isCommandLine) return `import('few-files:commands').then(load => load.parts['${name}']())`
        return `Promise.resolve().then(() => require('${name}'))`
      })
      return {contents, loader: path.endsWith('x') ? 'tsx' : 'ts'}
    })
    onResolve({filter: /^few-files:commands$/}, ({importer}) => ({
      path: 'commands',
      namespace: 'few-files',
      pluginData: {importer},
    }))
    onLoad({filter: /.*/, namespace: 'few-files'}, ({pluginData}) => {
      const names = [...new Set(commands.names)]
      const parts = names.map(name => `'${name}': () => require('${name}')`)
      return {
        contents: `export const parts = {${parts.join(',')}}`,
        resolveDir: pluginData.importer.replace(/[/\\][^/\\]+$/, ''),
      }
    })
  },
}
