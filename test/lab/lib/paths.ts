import {fileURLToPath} from 'node:url'

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const PROJECT = fromHere('../../..')

/** The Node that the project is developed with; the one on PATH may be too old to run TypeScript. */
export const NODE = fromHere('../../../node_modules/node/bin/node')

/** The built command line tool. */
export const CLI = fromHere('../../../dist/cli.js')

/**
 * The command line that starts drs-onboard: the built one with Node 24, or the executable that `DRS_ONBOARD_PROGRAM` names, so that
 * the lab tries that.
 */
export const DRS_ONBOARD: readonly [program: string, ...args: string[]] =
  process.env.DRS_ONBOARD_PROGRAM === undefined ? [NODE, CLI] : [process.env.DRS_ONBOARD_PROGRAM]

/** A file beside this one. */
export const libraryFile = (name: string): string => fromHere(name)
