import {CHECK_IDS} from '../contract/check-ids.ts'

export type FlagGroup = 'target' | 'path' | 'run' | 'output' | 'repair'

/** A flag as users see it. `key` is its name in the config file, and in camel case its name in the parsed options. */
export type Flag = {
  readonly key: string
  /** As commander writes it: `--region <code>`; no argument means a switch. */
  readonly flags: string
  readonly help: string
  readonly group: FlagGroup
  /** Environment variables that stand in for the flag, the first that is set wins. */
  readonly environment?: readonly string[]
  /** Takes several values, separated by commas. */
  readonly isList?: true
  /** Switches and positions that make no sense in a file. */
  readonly notInConfig?: true
}

/** Flags of the wizard, `check` and `fix`; the other commands take those that concern them. */
export const FLAGS = [
  {
    key: 'region',
    flags: '--region <code>',
    help: 'AWS Region to replicate to, for example eu-central-1',
    group: 'target',
    environment: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  },
  {
    key: 'staging-subnet',
    flags: '--staging-subnet <cidr>',
    help: 'staging area subnet, for example 10.20.0.0/16',
    group: 'target',
  },
  {
    key: 'replication-server',
    flags: '--replication-server <host[:port]>',
    help: 'replication server or test listener for TCP 1500 (IPv6: bare, or [address]:port)',
    group: 'target',
  },
  {
    key: 'endpoint',
    flags: '--endpoint <host>',
    help: 'PrivateLink host for DRS, as for the AWS Replication Installer',
    group: 'path',
  },
  {
    key: 's3-endpoint',
    flags: '--s3-endpoint <host>',
    help: 'PrivateLink host for S3 (interface endpoint), as for the AWS Replication Installer',
    group: 'path',
  },
  {key: 'dualstack', flags: '--dualstack', help: 'use the dual-stack (IPv6) endpoints', group: 'path'},
  {key: 'fips', flags: '--fips', help: 'use the FIPS endpoints, if the Region has them', group: 'path'},
  {
    key: 'proxy-address',
    flags: '--proxy-address <url>',
    help: 'proxy for TCP 443; the URL must end with a slash, as for the AWS Replication Installer',
    group: 'path',
    environment: ['https_proxy', 'HTTPS_PROXY'],
  },
  {
    key: 'ca-bundle',
    flags: '--ca-bundle <file>',
    help: 'PEM file with additional trusted root certificates',
    group: 'path',
    environment: ['AWS_CA_BUNDLE'],
  },
  {
    key: 'timeout',
    flags: '--timeout <seconds>',
    help: 'timeout of each network step; downloads time out only when almost no data arrives (default 5)',
    group: 'path',
  },
  {
    key: 'output-installer',
    flags: '--output-installer <directory>',
    help: 'keep the verified agent installer in this directory',
    group: 'path',
  },
  {
    key: 'latency',
    flags: '--latency',
    help: 'show the TCP connect time of each Region (wizard, regions)',
    group: 'run',
    notInConfig: true,
  },
  {
    key: 'only',
    flags: '--only <id,…>',
    help: `run only these checks: ${CHECK_IDS.join(', ')}`,
    group: 'run',
    isList: true,
  },
  {key: 'skip', flags: '--skip <id,…>', help: 'skip these checks', group: 'run', isList: true},
  {
    key: 'strict',
    flags: '--strict',
    help: 'warnings and unknown results count as not ready (exit 3)',
    group: 'run',
  },
  {
    key: 'watch',
    flags: '--watch [seconds]',
    help: 'check again at this interval (default 30) until the server is ready',
    group: 'run',
    notInConfig: true,
  },
  {
    key: 'config',
    flags: '--config <file>',
    help: 'read options from a JSON file; flags override the environment, which overrides the file',
    group: 'run',
    notInConfig: true,
  },
  {
    key: 'no-prompt',
    flags: '--no-prompt',
    help: 'never ask; a missing answer is exit code 2 (also --no-input)',
    group: 'run',
  },
  {
    key: 'yes',
    flags: '--yes',
    help: 'apply low-risk changes without asking',
    group: 'repair',
    notInConfig: true,
  },
  {
    key: 'allow-disruptive',
    flags: '--allow-disruptive',
    help: 'with --yes: also override rules that look intentional',
    group: 'repair',
    notInConfig: true,
  },
  {
    key: 'confirm-within',
    flags: '--confirm-within <seconds>',
    help: 'revert a change that overrides a rule if it is not verified by then, even if this run is cut off (default 60, on Windows 300)',
    group: 'repair',
  },
  {
    key: 'persist-unit',
    flags: '--persist-unit',
    help: 'add a systemd unit that restores the fix at boot, if no service does',
    group: 'repair',
    notInConfig: true,
  },
  {
    key: 'format',
    flags: '--format <format>',
    help: 'text, json, markdown, html or junit (default text)',
    group: 'output',
  },
  {key: 'json', flags: '--json', help: 'the same as --format json', group: 'output'},
  {
    key: 'output',
    flags: '--output <file>',
    help: 'write the result to a file instead of stdout; a new file has mode 0600',
    group: 'output',
  },
  {key: 'no-color', flags: '--no-color', help: 'no colors (also NO_COLOR)', group: 'output'},
  {
    key: 'accessible',
    flags: '--accessible',
    help: 'linear text for screen readers (also ACCESSIBLE, INK_SCREEN_READER, TERM=dumb)',
    group: 'output',
  },
  {key: 'quiet', flags: '--quiet', help: 'no progress on stderr', group: 'output'},
  {key: 'verbose', flags: '--verbose', help: 'print more on stderr, including stack traces', group: 'output'},
] as const satisfies readonly Flag[]

export type FlagKey = (typeof FLAGS)[number]['key']
