import {CHECK_IDS} from '../contract/checks.ts'
import type {Option} from './option.ts'
import {proxyWithPlaceholders} from './proxy-placeholders.ts'
import {checkIds, oneOf, path, regionCode, seconds, text, truth} from './read.ts'
import {
  DEFAULT_CONFIRM_WITHIN_MS,
  parseCidr,
  parseConfirmWithin,
  parseHost,
  parseProxyUrl,
  parseServer,
  parseTimeout,
  parseWatch,
} from './values.ts'

const FORMATS = ['text', 'json', 'markdown', 'html', 'junit'] as const

export type Format = (typeof FORMATS)[number]

const DEFAULT_TIMEOUT_MS = 5_000

/** Null for what need not be said. */
const inSeconds = (ms: number | undefined, byDefault: number): string | null =>
  ms === undefined || ms === byDefault ? null : String(ms / 1_000)

/**
 * Every option of the wizard, `check` and `fix`, by its name in the options of a run, in the order in which help,
 * reports and repeated command lines have them. The other commands take those that concern them.
 */
export const OPTIONS = {
  region: {
    key: 'region',
    flags: '--region <code>',
    help: 'AWS Region to replicate to, for example eu-central-1',
    group: 'target',
    environment: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    read: regionCode,
    byDefault: null,
    repeated: ({region}) => region,
    shown: ({region}) => ({region}),
    asks: 'Which AWS Region do you replicate this server to?',
  },
  stagingSubnet: {
    key: 'staging-subnet',
    flags: '--staging-subnet <cidr>',
    help: 'staging area subnet, for example 10.20.0.0/16',
    group: 'target',
    read: text(parseCidr),
    byDefault: null,
    repeated: ({stagingSubnet}) => stagingSubnet,
    shown: ({stagingSubnet}) => ({stagingSubnet}),
    asks: 'What is the CIDR of the staging area subnet?',
  },
  replicationServer: {
    key: 'replication-server',
    flags: '--replication-server <host[:port]>',
    help: 'replication server or test listener for TCP 1500 (IPv6: bare, or [address]:port)',
    group: 'target',
    read: text(parseServer),
    byDefault: null,
    repeated: ({replicationServer}) => replicationServer && hostAndPort(replicationServer),
    shown: ({replicationServer}) => ({replicationServer}),
    asks: 'Which replication server do you want to test TCP 1500 with?',
  },
  endpoint: {
    key: 'endpoint',
    flags: '--endpoint <host>',
    help: 'PrivateLink host for DRS, as for the AWS Replication Installer',
    group: 'path',
    read: text(parseHost),
    byDefault: null,
    repeated: ({endpoint}) => endpoint,
    shown: ({endpoint}) => ({endpoint}),
  },
  s3Endpoint: {
    key: 's3-endpoint',
    flags: '--s3-endpoint <host>',
    help: 'PrivateLink host for S3 (interface endpoint), as for the AWS Replication Installer',
    group: 'path',
    read: text(parseHost),
    byDefault: null,
    repeated: ({s3Endpoint}) => s3Endpoint,
    shown: ({s3Endpoint}) => ({s3Endpoint}),
  },
  dualstack: {
    key: 'dualstack',
    flags: '--dualstack',
    help: 'use the dual-stack (IPv6) endpoints',
    group: 'path',
    read: truth,
    byDefault: false,
    repeated: ({dualstack}) => dualstack,
    shown: ({dualstack}) => ({dualstack}),
  },
  fips: {
    key: 'fips',
    flags: '--fips',
    help: 'use the FIPS endpoints, if the Region has them',
    group: 'path',
    read: truth,
    byDefault: false,
    repeated: ({fips}) => fips,
    shown: ({fips}) => ({fips}),
  },
  proxyAddress: {
    key: 'proxy-address',
    flags: '--proxy-address <url>',
    help: 'proxy for TCP 443; the URL must end with a slash, as for the AWS Replication Installer',
    group: 'path',
    environment: ['https_proxy', 'HTTPS_PROXY'],
    read: text(parseProxyUrl),
    byDefault: null,
    repeated: ({proxy}) => proxy && proxyWithPlaceholders(proxy.url),
    shown: ({proxy, noProxy}) => ({
      proxy: proxy && {url: proxyWithPlaceholders(proxy.url), from: proxy.from},
      noProxy,
    }),
  },
  caBundle: {
    key: 'ca-bundle',
    flags: '--ca-bundle <file>',
    help: 'PEM file with additional trusted root certificates',
    group: 'path',
    environment: ['AWS_CA_BUNDLE'],
    read: path,
    byDefault: null,
    repeated: ({caBundle}) => caBundle,
    shown: ({caBundle}) => ({caBundle}),
  },
  timeoutMs: {
    key: 'timeout',
    flags: '--timeout <seconds>',
    help: 'timeout of each network step; downloads time out only when almost no data arrives (default 5)',
    group: 'path',
    read: seconds(parseTimeout),
    byDefault: DEFAULT_TIMEOUT_MS,
    repeated: ({timeoutMs}) => inSeconds(timeoutMs, DEFAULT_TIMEOUT_MS),
    shown: ({timeoutMs}) => ({timeoutMs}),
  },
  outputInstaller: {
    key: 'output-installer',
    flags: '--output-installer <directory>',
    help: 'keep the verified agent installer in this directory',
    group: 'path',
    read: path,
    byDefault: null,
    repeated: ({outputInstaller}) => outputInstaller,
    shown: ({outputInstaller}) => ({outputInstaller}),
  },
  latency: {
    key: 'latency',
    flags: '--latency',
    help: 'show the TCP connect time of each Region (wizard, regions)',
    group: 'run',
    notInConfig: true,
    read: truth,
    byDefault: false,
  },
  only: {
    key: 'only',
    flags: '--only <id,…>',
    help: `run only these checks: ${CHECK_IDS.join(', ')}`,
    group: 'run',
    isList: true,
    read: checkIds,
    byDefault: null,
    repeated: ({only}) => only?.join(',') || null,
  },
  skip: {
    key: 'skip',
    flags: '--skip <id,…>',
    help: 'skip these checks',
    group: 'run',
    isList: true,
    read: checkIds,
    byDefault: [],
    repeated: ({skip}) => skip?.join(',') || null,
  },
  strict: {
    key: 'strict',
    flags: '--strict',
    help: 'warnings and unknown results count as not ready (exit 3)',
    group: 'run',
    read: truth,
    byDefault: false,
    repeated: ({strict}) => strict,
  },
  /** Pause between two rounds of checks, in milliseconds; null for a single round. Without a value a switch. */
  watchMs: {
    key: 'watch',
    flags: '--watch [seconds]',
    help: 'check again at this interval (default 30) until the server is ready',
    group: 'run',
    notInConfig: true,
    takenBy: 'check',
    read: (value: unknown) => text(parseWatch)(value === true ? '30' : value),
    byDefault: null,
  },
  config: {
    key: 'config',
    flags: '--config <file>',
    help: 'read options from a JSON file; flags override the environment, which overrides the file',
    group: 'run',
    notInConfig: true,
    read: path,
    byDefault: null,
  },
  prompt: {
    key: 'no-prompt',
    flags: '--no-prompt',
    help: 'never ask; a missing answer is exit code 2 (also --no-input)',
    group: 'run',
    read: (value: unknown) => !truth(value),
    byDefault: true,
    repeated: ({asks}) => !asks,
  },
  yes: {
    key: 'yes',
    flags: '--yes',
    help: 'apply low-risk changes without asking',
    group: 'repair',
    notInConfig: true,
    takenBy: 'fix',
    read: truth,
    byDefault: false,
    repeated: ({asks}) => !asks,
    asks: 'Apply these changes?',
  },
  allowDisruptive: {
    key: 'allow-disruptive',
    flags: '--allow-disruptive',
    help: 'with --yes: also override rules that look intentional',
    group: 'repair',
    notInConfig: true,
    takenBy: 'fix',
    read: truth,
    byDefault: false,
    repeated: ({allowDisruptive}) => allowDisruptive,
    asks: 'Override a rule that looks intentional?',
  },
  /** In which a disruptive remedy has to be verified, or is reverted. */
  confirmWithinMs: {
    key: 'confirm-within',
    flags: '--confirm-within <seconds>',
    help: 'revert a change that overrides a rule if it is not verified by then, even if this run is cut off (default 60, on Windows 300)',
    group: 'repair',
    takenBy: 'fix',
    read: seconds(parseConfirmWithin),
    byDefault: DEFAULT_CONFIRM_WITHIN_MS,
    repeated: ({confirmWithinMs}) => inSeconds(confirmWithinMs, DEFAULT_CONFIRM_WITHIN_MS),
  },
  persistUnit: {
    key: 'persist-unit',
    flags: '--persist-unit',
    help: 'add a systemd unit that restores the fix at boot, if no service does',
    group: 'repair',
    notInConfig: true,
    takenBy: 'fix',
    read: truth,
    byDefault: false,
    repeated: ({persistUnit}) => persistUnit,
    asks: 'No service restores firewall rules at boot here. Add a systemd unit that repeats the fix at boot?',
  },
  format: {
    key: 'format',
    flags: '--format <format>',
    help: 'text, json, markdown, html or junit (default text)',
    group: 'output',
    read: oneOf(FORMATS),
    byDefault: 'text',
  },
  json: {
    key: 'json',
    flags: '--json',
    help: 'the same as --format json',
    group: 'output',
    read: truth,
    byDefault: false,
  },
  output: {
    key: 'output',
    flags: '--output <file>',
    help: 'write the result to a file instead of stdout; a new file has mode 0600',
    group: 'output',
    read: path,
    byDefault: null,
    asks: 'Where do you want to save the report?',
  },
  noColor: {
    key: 'no-color',
    flags: '--no-color',
    help: 'no colors (also NO_COLOR)',
    group: 'output',
    read: truth,
    byDefault: false,
  },
  accessible: {
    key: 'accessible',
    flags: '--accessible',
    help: 'linear text for screen readers (also ACCESSIBLE, INK_SCREEN_READER, TERM=dumb)',
    group: 'output',
    read: truth,
    byDefault: false,
  },
  quiet: {
    key: 'quiet',
    flags: '--quiet',
    help: 'no progress on stderr',
    group: 'output',
    read: truth,
    byDefault: false,
  },
  verbose: {
    key: 'verbose',
    flags: '--verbose',
    help: 'print more on stderr, including stack traces',
    group: 'output',
    read: truth,
    byDefault: false,
  },
} as const satisfies Readonly<Record<string, Option>>

type Table = typeof OPTIONS

export type OptionName = keyof Table

/** What an option is called on the command line. */
export type OptionKey = Table[OptionName]['key']

/** Every option with its value, given or by default. */
export type OptionValues = {
  readonly [Name in OptionName]: ReturnType<Table[Name]['read']> | Table[Name]['byDefault']
}

/** The table as rows. */
export const OPTION_ROWS = Object.entries(OPTIONS).map(([name, option]) => ({
  ...(option as Option),
  name: name as OptionName,
  key: option.key,
}))

/** `host:port`, `[address]:port` for IPv6. */
function hostAndPort({host, port}: {readonly host: string; readonly port: number}): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
