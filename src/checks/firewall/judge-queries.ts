import type {Judgement, Probe} from '../../contract/judgement.ts'
import type {CompiledFirewall} from '../../firewall/compile.ts'
import type {FirewallState} from '../../firewall/state/state.ts'
import type {NameQuery} from '../path/blame/name-queries.ts'
import {agentUser, resolverUser} from './users.ts'

/** What the rules make of one query by one of those who ask. */
export type JudgedQuery = {
  readonly query: NameQuery
  readonly asker: Asker
  readonly judgement: Judgement
}

export type Asker = Pick<Probe, 'uid' | 'gid' | 'program'>

/** Whom rules may tell apart that ask: on Linux the installer (root) and the agent's user, or systemd-resolved. */
export function judgeQueries(
  firewall: CompiledFirewall,
  state: FirewallState,
  queries: readonly NameQuery[],
): readonly JudgedQuery[] {
  return queries.flatMap(query =>
    askersOf(firewall, state, query).map(asker => ({
      query,
      asker,
      judgement: judgeQuery(firewall, query, asker),
    })),
  )
}

export function judgeQuery(
  firewall: CompiledFirewall,
  {to, port, protocol}: Pick<NameQuery, 'to' | 'port' | 'protocol'>,
  asker: Asker,
): Judgement {
  return firewall.judge({to, port, protocol, ...asker})
}

function askersOf(
  firewall: CompiledFirewall,
  state: FirewallState,
  {by, protocol}: NameQuery,
): readonly Asker[] {
  const service = serviceAsker(firewall, state, {by, protocol})
  if (service !== 'programs') return service === null ? [] : [service]
  const agent = agentUser(firewall, state, protocol)
  return [{uid: 0}, ...(agent === null ? [] : [{uid: agent.uid, gid: agent.groups}])]
}

/**
 * The service of this host that asks for its programs: systemd-resolved, or the DNS client of Windows, which is a service
 * of svchost.exe. Null where it is not known as whom it asks; `programs` where they ask themselves.
 */
export function serviceAsker(
  firewall: CompiledFirewall,
  state: FirewallState,
  {by, protocol}: Pick<NameQuery, 'by' | 'protocol'>,
): Asker | 'programs' | null {
  if (state.platform === 'win32') return {program: dnsClient()}
  return by === 'programs' ? 'programs' : resolverUser(firewall, state, protocol)
}

function dnsClient(): string {
  return `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\svchost.exe`
}
