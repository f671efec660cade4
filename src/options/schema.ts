// The small build of zod: every scripted command validates options, and has to start quickly.
import * as z from 'zod/mini'
import {CHECK_IDS} from '../contract/check-ids.ts'
import {
  InvalidValue,
  parseCidr,
  parseConfirmWithin,
  parseHost,
  parseProxyUrl,
  parseServer,
  parseTimeout,
  parseWatch,
} from './values.ts'

export const FORMATS = ['text', 'json', 'markdown', 'html', 'junit'] as const

export type Format = (typeof FORMATS)[number]

/** A text value read by one of the parsers of `values.ts`. */
function text<T>(parse: (text: string) => T) {
  return z.pipe(
    z.string('must be text'),
    z.transform((value: string, context): T => {
      try {
        return parse(value)
      } catch (error) {
        if (!(error instanceof InvalidValue)) throw error
        context.issues.push({code: 'custom', message: error.message, input: value})
        return z.NEVER
      }
    }),
  )
}

const checkId = z.enum(CHECK_IDS, {
  error: ({input}) =>
    typeof input === 'object'
      ? 'must be a list of check ids'
      : `has an unknown check ${JSON.stringify(input)}; valid checks: ${CHECK_IDS.join(', ')}`,
})

/** `a,b` on the command line, a list or the same text in the config file. */
const checkIds = z.pipe(
  z.transform((value: unknown) =>
    typeof value === 'string' ? value.split(',').map(id => id.trim()) : value,
  ),
  z.array(checkId, 'must be a list of check ids'),
)

/** Text on the command line, a number in the config file. */
function seconds(parse: (text: string) => number) {
  return z.pipe(
    z.transform((value: unknown) => (typeof value === 'number' ? String(value) : value)),
    text(parse),
  )
}

const REGION_CODE = 'must be a Region code, such as eu-central-1'
const on = z.boolean('must be true or false')
const file = z.string('must be a path').check(z.minLength(1, 'must be a path'))
const region = z.string(REGION_CODE).check(z.trim(), z.toLowerCase(), z.minLength(1, REGION_CODE))

/** Every option, keyed as in `FLAGS`. What comes out is trusted from there on. */
export const optionValues = z.partial(
  z.strictObject({
    region,
    'staging-subnet': text(parseCidr),
    'replication-server': text(parseServer),
    endpoint: text(parseHost),
    's3-endpoint': text(parseHost),
    dualstack: on,
    fips: on,
    'proxy-address': text(parseProxyUrl),
    'ca-bundle': file,
    timeout: seconds(parseTimeout),
    'output-installer': file,
    latency: on,
    only: checkIds,
    skip: checkIds,
    strict: on,
    watch: z.pipe(
      // Without a value the flag is a switch.
      z.transform((value: unknown) => (value === true ? '30' : value)),
      text(parseWatch),
    ),
    config: file,
    'no-prompt': on,
    yes: on,
    'allow-disruptive': on,
    'confirm-within': seconds(parseConfirmWithin),
    'persist-unit': on,
    format: z.enum(FORMATS, `must be one of ${FORMATS.join(', ')}`),
    json: on,
    output: file,
    'no-color': on,
    accessible: on,
    quiet: on,
    verbose: on,
  }),
)

export type OptionValues = z.infer<typeof optionValues>
