import type {CheckOptions} from '../src/contract/check-options.ts'
import {OPTION_ROWS} from '../src/options/options.ts'

const given = Object.fromEntries(OPTION_ROWS.map(({name, byDefault}) => [name, byDefault]))

/** The options of a run for which nothing is given. */
export const DEFAULT_OPTIONS = {...given, proxy: null, noProxy: null} as unknown as CheckOptions
