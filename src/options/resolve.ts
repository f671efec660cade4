import type {CheckOptions} from '../contract/check-options.ts'
import {InvalidValue, UserError} from '../contract/errors.ts'
import {nearest} from '../lib/nearest.ts'
import {fileErrorClause} from '../platform/files/file-error.ts'
import {readInput} from '../platform/files/input.ts'
import {type Format, OPTION_ROWS, type OptionKey, type OptionName, type OptionValues} from './options.ts'

/** The options of a run, validated. */
export type RunOptions = CheckOptions &
  Omit<OptionValues, 'proxyAddress' | 'config' | 'json' | 'noColor'> & {
    /** Where each value that was given came from: a flag, the file, or an environment variable. */
    readonly sources: ReadonlyMap<OptionKey, Source>
  }

export type Source = {readonly kind: 'flag' | 'environment' | 'file'; readonly name: string}

type Given = {readonly value: unknown; readonly source: Source}

/** In bytes; one line for each flag makes some 1,000. */
const CONFIG_LIMIT = 1024 * 1024

/**
 * Merges flags, environment and config file (in that precedence), and validates every value.
 *
 * @param flags what the command line parser collected, keyed in camel case
 * @throws UserError (exit 2) naming the flag, variable or file entry at fault
 */
export async function resolveOptions(
  flags: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): Promise<RunOptions> {
  const fromFlags = givenByFlags(flags)
  const config = fromFlags.get('config')?.value
  if (config === '') throw new UserError('--config must be a path.')
  const fromFile = typeof config === 'string' ? await givenByFile(config) : new Map<OptionKey, Given>()
  const given = new Map([...fromFile, ...givenByEnvironment(environment), ...fromFlags])
  const {proxyAddress, config: _, json, noColor: __, ...values} = validate(given)
  refuseTwoFormats(given)
  const proxy = given.get('proxy-address')
  return {
    ...values,
    proxy: proxy ? {url: proxyAddress ?? String(proxy.value), from: proxy.source.name} : null,
    noProxy: environment.no_proxy ?? environment.NO_PROXY ?? null,
    format: formatOf(values.format, json, given),
    sources: new Map([...given].map(([key, {source}]) => [key, source])),
  }
}

function givenByFlags(flags: Readonly<Record<string, unknown>>): Map<OptionKey, Given> {
  const given = new Map<OptionKey, Given>()
  for (const {key} of OPTION_ROWS) {
    const source: Source = {kind: 'flag', name: `--${key}`}
    // Commander stores `--no-x` as x: false, and x: true when it is not given.
    if (key.startsWith('no-')) {
      const names = key === 'no-prompt' ? ['prompt', 'input'] : [camelCase(key.slice('no-'.length))]
      if (names.some(name => flags[name] === false)) given.set(key, {value: true, source})
    } else if (flags[camelCase(key)] !== undefined) {
      given.set(key, {value: flags[camelCase(key)], source})
    }
  }
  return given
}

function givenByEnvironment(environment: NodeJS.ProcessEnv): Map<OptionKey, Given> {
  const given = new Map<OptionKey, Given>()
  for (const {key, environment: variables} of OPTION_ROWS) {
    const name = variables?.find(variable => environment[variable])
    if (name) given.set(key, {value: environment[name], source: {kind: 'environment', name}})
  }
  return given
}

async function givenByFile(path: string): Promise<Map<OptionKey, Given>> {
  const content = await readConfig(path)
  const given = new Map<OptionKey, Given>()
  for (const [name, value] of Object.entries(content)) {
    const option = OPTION_ROWS.find(({key}) => key === name || camelCase(key) === name)
    if (!option || option.notInConfig) {
      const names = OPTION_ROWS.filter(({notInConfig}) => !notInConfig).map(({key}) => key)
      const hint = nearest(name, names)
      throw new UserError(
        `The config file ${path} has an unknown key ${JSON.stringify(name)}; ${hint ? `did you mean ${JSON.stringify(hint)}?` : `valid keys: ${names.join(', ')}.`}`,
      )
    }
    given.set(option.key, {
      value,
      source: {kind: 'file', name: `${JSON.stringify(name)} in ${path}`},
    })
  }
  return given
}

async function readConfig(path: string): Promise<Record<string, unknown>> {
  const bytes = await readInput(path, CONFIG_LIMIT).catch((error: unknown) => {
    throw new UserError(
      `The config file ${path} cannot be read (${fileErrorClause(error)}); check the path given by --config.`,
      undefined,
      {cause: error},
    )
  })
  try {
    // Editors on Windows put a byte order mark in front.
    const content: unknown = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''))
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return content as Record<string, unknown>
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UserError(
      `The config file ${path} is invalid JSON (${error.message}); fix the file, or omit --config.`,
    )
  }
  throw new UserError(
    `The config file ${path} must contain one JSON object, such as {"region": "eu-central-1"}.`,
  )
}

function validate(given: ReadonlyMap<OptionKey, Given>): OptionValues {
  const values = OPTION_ROWS.map(({name, key, read, byDefault}): readonly [OptionName, unknown] => {
    const found = given.get(key)
    // A proxy from the environment is for the path checks to judge: a malformed one is a finding, not a usage error.
    if (!found || (key === 'proxy-address' && found.source.kind === 'environment')) return [name, byDefault]
    try {
      return [name, read(found.value)]
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      throw new UserError(`${found.source.name} ${error.message}.`)
    }
  })
  // Each is of its own row's type, which a list of rows cannot say.
  return Object.fromEntries(values) as OptionValues
}

/** Which of two formats was meant cannot be known. A flag wins over the file, as everywhere. */
function refuseTwoFormats(given: ReadonlyMap<OptionKey, Given>): void {
  const [json, format] = [given.get('json'), given.get('format')]
  if (json?.value !== true || format === undefined || format.value === 'json') return
  if (json.source.kind !== format.source.kind) return
  throw new UserError(`${json.source.name} and ${format.source.name} exclude each other; use only one.`)
}

/** What was given closest to the command line. */
function formatOf(format: Format, json: boolean, given: ReadonlyMap<OptionKey, Given>): Format {
  if (!json) return format
  const isOverridden =
    given.get('format')?.source.kind === 'flag' && given.get('json')?.source.kind === 'file'
  return isOverridden ? format : 'json'
}

function camelCase(key: string): string {
  return key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
