import {fileURLToPath} from 'node:url'

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const PROJECT = fromHere('../../..')

/** The Node that the project is developed with; the one on PATH may be too old to run TypeScript. */
export const NODE = fromHere('../../../node_modules/node/bin/node')

/** The built command line tool. */
export const CLI = fromHere('../../../dist/cli.js')

/** A file beside this one. */
export const libraryFile = (name: string): string => fromHere(name)
