import type {CheckOptions} from '../checks/options.ts'
import type {CheckId} from '../contract/check-ids.ts'
import type {Command} from '../contract/remedy.ts'
import {proxyWithPlaceholders} from './redact.ts'

/** What a run was told apart from the options that its checks read. */
export type RunFlags = {
  readonly only?: readonly CheckId[] | null
  readonly skip?: readonly CheckId[]
  readonly allowDisruptive?: boolean
  readonly strict?: boolean
}

const DEFAULT_TIMEOUT_MS = 5_000

/** The command line that repeats a run unattended. Credentials of a proxy are placeholders. */
export function scriptedCommand(mode: 'check' | 'fix', options: CheckOptions, flags: RunFlags = {}): Command {
  return [
    'drs-onboard',
    mode,
    ...valued('--region', options.region),
    ...valued('--staging-subnet', options.stagingSubnet),
    ...valued('--replication-server', options.replicationServer && hostAndPort(options.replicationServer)),
    ...valued('--endpoint', options.endpoint),
    ...valued('--s3-endpoint', options.s3Endpoint),
    ...given('--dualstack', options.dualstack),
    ...given('--fips', options.fips),
    ...valued('--proxy-address', options.proxy && proxyWithPlaceholders(options.proxy.url)),
    ...valued('--ca-bundle', options.caBundle),
    ...valued(
      '--timeout',
      options.timeoutMs === DEFAULT_TIMEOUT_MS ? null : String(options.timeoutMs / 1_000),
    ),
    ...valued('--output-installer', options.outputInstaller),
    ...valued('--only', flags.only?.join(',') || null),
    ...valued('--skip', flags.skip?.join(',') || null),
    ...(mode === 'fix'
      ? [
          '--no-prompt',
          '--yes',
          ...given('--allow-disruptive', flags.allowDisruptive),
          ...given('--persist-unit', options.persistUnit),
        ]
      : []),
    ...given('--strict', flags.strict),
  ]
}

function valued(flag: string, value: string | null): readonly string[] {
  return value === null ? [] : [flag, value]
}

function given(flag: string, set: boolean | undefined): readonly string[] {
  return set ? [flag] : []
}

/** `host:port`, `[address]:port` for IPv6. */
function hostAndPort({host, port}: {readonly host: string; readonly port: number}): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
