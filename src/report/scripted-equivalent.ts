import type {CheckOptions} from '../checks/options.ts'
import type {CheckId} from '../contract/check-ids.ts'
import {DEFAULT_CONFIRM_WITHIN_MS} from '../contract/confirm-within.ts'
import {ownCommand} from '../contract/own-command.ts'
import type {Command} from '../contract/remedy.ts'
import {proxyWithPlaceholders} from './redact.ts'

/** What a run was told apart from the options that its checks read. */
export type RunFlags = {
  readonly only?: readonly CheckId[] | null
  readonly skip?: readonly CheckId[]
  readonly allowDisruptive?: boolean
  readonly confirmWithinMs?: number
  readonly strict?: boolean
  /** `fix`: asks on the terminal before it changes anything. */
  readonly asks?: boolean
}

const DEFAULT_TIMEOUT_MS = 5_000

/** The command line that repeats a run unattended. Credentials of a proxy are placeholders. */
export function scriptedCommand(mode: 'check' | 'fix', options: CheckOptions, flags: RunFlags = {}): Command {
  return ownCommand(
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
    ...valued('--timeout', seconds(options.timeoutMs, DEFAULT_TIMEOUT_MS)),
    ...valued('--output-installer', options.outputInstaller),
    ...valued('--only', flags.only?.join(',') || null),
    ...valued('--skip', flags.skip?.join(',') || null),
    ...(mode === 'fix'
      ? [
          ...(flags.asks ? [] : ['--no-prompt', '--yes']),
          ...given('--allow-disruptive', flags.allowDisruptive),
          ...valued('--confirm-within', seconds(flags.confirmWithinMs, DEFAULT_CONFIRM_WITHIN_MS)),
          ...given('--persist-unit', options.persistUnit),
        ]
      : []),
    ...given('--strict', flags.strict),
  )
}

function valued(flag: string, value: string | null): readonly string[] {
  return value === null ? [] : [flag, value]
}

/** Null for what need not be said. */
function seconds(ms: number | undefined, byDefault: number): string | null {
  return ms === undefined || ms === byDefault ? null : String(ms / 1_000)
}

function given(flag: string, set: boolean | undefined): readonly string[] {
  return set ? [flag] : []
}

/** `host:port`, `[address]:port` for IPv6. */
function hostAndPort({host, port}: {readonly host: string; readonly port: number}): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
