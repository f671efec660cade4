import type {CheckOptions} from '../checks/options.ts'
import type {CheckId} from '../contract/check-ids.ts'
import {DEFAULT_CONFIRM_WITHIN_MS} from '../contract/confirm-within.ts'
import {UserError} from '../errors.ts'
import {fileErrorClause} from '../platform/files/file-error.ts'
import {readInput} from '../platform/files/input.ts'
import {FLAGS, type Flag, type FlagKey} from './flags.ts'
import {nearest} from './nearest.ts'
import {type Format, type OptionValues, optionValues} from './schema.ts'

export type RunOptions = CheckOptions & {
  readonly only: readonly CheckId[] | null
  readonly skip: readonly CheckId[]
  readonly strict: boolean
  /** Pause between two rounds of checks, in milliseconds; null for a single round. */
  readonly watchMs: number | null
  /** Whether to show how far each Region is. */
  readonly latency: boolean
  readonly prompt: boolean
  readonly yes: boolean
  readonly allowDisruptive: boolean
  /** In which a disruptive remedy has to be verified, or is reverted. */
  readonly confirmWithinMs: number
  readonly format: Format
  readonly output: string | null
  readonly accessible: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  /** Where each value that was given came from: a flag, the file, or an environment variable. */
  readonly sources: ReadonlyMap<FlagKey, Source>
}

export type Source = {readonly kind: 'flag' | 'environment' | 'file'; readonly name: string}

type Given = {readonly value: unknown; readonly source: Source}

const DEFAULT_TIMEOUT_MS = 5_000
const KNOWN_KEYS: readonly Flag[] = FLAGS
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
  const fromFile = typeof config === 'string' ? await givenByFile(config) : new Map<FlagKey, Given>()
  const given = new Map([...fromFile, ...givenByEnvironment(environment), ...fromFlags])
  const values = validate(given)
  refuseTwoFormats(given)
  return {
    region: values.region ?? null,
    stagingSubnet: values['staging-subnet'] ?? null,
    replicationServer: values['replication-server'] ?? null,
    endpoint: values.endpoint ?? null,
    s3Endpoint: values['s3-endpoint'] ?? null,
    dualstack: values.dualstack ?? false,
    fips: values.fips ?? false,
    proxy: proxyOf(values, given),
    noProxy: environment.no_proxy ?? environment.NO_PROXY ?? null,
    caBundle: values['ca-bundle'] ?? null,
    timeoutMs: values.timeout ?? DEFAULT_TIMEOUT_MS,
    persistUnit: values['persist-unit'] ?? false,
    outputInstaller: values['output-installer'] ?? null,
    only: values.only ?? null,
    skip: values.skip ?? [],
    strict: values.strict ?? false,
    watchMs: values.watch ?? null,
    latency: values.latency ?? false,
    prompt: !values['no-prompt'],
    yes: values.yes ?? false,
    allowDisruptive: values['allow-disruptive'] ?? false,
    confirmWithinMs: values['confirm-within'] ?? DEFAULT_CONFIRM_WITHIN_MS,
    format: formatOf(values, given),
    output: values.output ?? null,
    accessible: values.accessible ?? false,
    quiet: values.quiet ?? false,
    verbose: values.verbose ?? false,
    sources: new Map([...given].map(([key, {source}]) => [key, source])),
  }
}

function givenByFlags(flags: Readonly<Record<string, unknown>>): Map<FlagKey, Given> {
  const given = new Map<FlagKey, Given>()
  for (const {key} of FLAGS) {
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

function givenByEnvironment(environment: NodeJS.ProcessEnv): Map<FlagKey, Given> {
  const given = new Map<FlagKey, Given>()
  for (const flag of KNOWN_KEYS) {
    const name = flag.environment?.find(variable => environment[variable])
    if (name) given.set(flag.key as FlagKey, {value: environment[name], source: {kind: 'environment', name}})
  }
  return given
}

async function givenByFile(path: string): Promise<Map<FlagKey, Given>> {
  const content = await readConfig(path)
  const given = new Map<FlagKey, Given>()
  for (const [name, value] of Object.entries(content)) {
    const flag = KNOWN_KEYS.find(({key}) => key === name || camelCase(key) === name)
    if (!flag || flag.notInConfig) {
      const names = KNOWN_KEYS.filter(({notInConfig}) => !notInConfig).map(({key}) => key)
      const hint = nearest(name, names)
      throw new UserError(
        `The config file ${path} has an unknown key ${JSON.stringify(name)}; ${hint ? `did you mean ${JSON.stringify(hint)}?` : `valid keys: ${names.join(', ')}.`}`,
      )
    }
    given.set(flag.key as FlagKey, {
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

function validate(given: ReadonlyMap<FlagKey, Given>): OptionValues {
  // A proxy from the environment is for the path checks to judge: a malformed one is a finding, not a usage error.
  const checked = [...given].filter(
    ([key, {source}]) => !(key === 'proxy-address' && source.kind === 'environment'),
  )
  const parsed = optionValues.safeParse(Object.fromEntries(checked.map(([key, {value}]) => [key, value])))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const name = given.get(issue?.path[0] as FlagKey)?.source.name ?? 'An option'
  throw new UserError(`${name} ${issue?.message ?? 'is not valid'}.`)
}

/** Which of two formats was meant cannot be known. A flag wins over the file, as everywhere. */
function refuseTwoFormats(given: ReadonlyMap<FlagKey, Given>): void {
  const [json, format] = [given.get('json'), given.get('format')]
  if (json?.value !== true || format === undefined || format.value === 'json') return
  if (json.source.kind !== format.source.kind) return
  throw new UserError(`${json.source.name} and ${format.source.name} exclude each other; use only one.`)
}

/** What was given closest to the command line. */
function formatOf(values: OptionValues, given: ReadonlyMap<FlagKey, Given>): Format {
  if (!values.json) return values.format ?? 'text'
  const isOverridden =
    given.get('format')?.source.kind === 'flag' && given.get('json')?.source.kind === 'file'
  return isOverridden ? (values.format ?? 'json') : 'json'
}

function proxyOf(values: OptionValues, given: ReadonlyMap<FlagKey, Given>): RunOptions['proxy'] {
  const source = given.get('proxy-address')
  if (!source) return null
  return {url: values['proxy-address'] ?? String(source.value), from: source.source.name}
}

function camelCase(key: string): string {
  return key.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
