import * as z from 'zod'
import {CHECK_IDS} from '../contract/check-ids.ts'
import {InvalidValue, parseCidr, parseHost, parseProxyUrl, parseServer, parseTimeout} from './values.ts'

export const FORMATS = ['text', 'json', 'markdown', 'junit'] as const

export type Format = (typeof FORMATS)[number]

/** A text value read by one of the parsers of `values.ts`. */
function text<T>(parse: (text: string) => T) {
  return z.string('takes a text value').transform((value, context): T => {
    try {
      return parse(value)
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      context.addIssue({code: 'custom', message: error.message})
      return z.NEVER
    }
  })
}

/** `a,b` on the command line, a list or the same text in the config file. */
const checkIds = z.preprocess(
  value => (typeof value === 'string' ? value.split(',').map(id => id.trim()) : value),
  z.array(
    z.enum(CHECK_IDS, {
      error: issue =>
        `names an unknown check: ${JSON.stringify(issue.input)}; known are ${CHECK_IDS.join(', ')}`,
    }),
    'takes a list of check ids',
  ),
)

const on = z.boolean('takes true or false')
const file = z.string('takes a path').min(1, 'takes a path')

/** Every option, keyed as in `FLAGS`. What comes out is trusted from there on. */
export const optionValues = z
  .strictObject({
    region: z.string('takes a Region code').trim().min(1, 'takes a Region code'),
    'staging-subnet': text(parseCidr),
    'replication-server': text(parseServer),
    endpoint: text(parseHost),
    's3-endpoint': text(parseHost),
    dualstack: on,
    fips: on,
    'proxy-address': text(parseProxyUrl),
    'ca-bundle': file,
    timeout: z.preprocess(value => (typeof value === 'number' ? String(value) : value), text(parseTimeout)),
    'output-installer': file,
    only: checkIds,
    skip: checkIds,
    strict: on,
    config: file,
    'no-prompt': on,
    yes: on,
    'allow-disruptive': on,
    format: z.enum(FORMATS, `takes one of ${FORMATS.join(', ')}`),
    json: on,
    output: file,
    'no-color': on,
    accessible: on,
    quiet: on,
    verbose: on,
  })
  .partial()

export type OptionValues = z.infer<typeof optionValues>
