import {isIP} from 'node:net'
import type {NameServerEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import {blockCause} from '../../firewall/block-cause.ts'
import type {CompiledFirewall} from '../../firewall/compile.ts'
import {surroundingRules} from '../../firewall/listing/chains.ts'
import type {Connection} from '../../firewall/plan/engine-planner.ts'
import type {FirewallState} from '../../firewall/state/state.ts'
import type {Resolution} from '../../platform/network/dns/resolve.ts'
import type {CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {isSlow, isUnheard, nameQueries} from '../path/blame/name-queries.ts'
import {type JudgedQuery, judgeQueries, judgeQuery} from './judge-queries.ts'
import {nextStepOf, type Repair} from './judgement-finding.ts'
import {judgementKey} from './same-answer.ts'

type Around = {
  readonly context: CheckContext
  readonly state: FirewallState
  readonly firewall: CompiledFirewall
  /** Plans for connections to name servers. */
  readonly plan: (port: number, connections: readonly Connection[]) => Promise<Repair>
}

/**
 * Rules of this host that keep its name servers from being asked, or their answers from coming in; looked for where a name
 * is not found for want of an answer, or late. One finding for each rule.
 *
 * @param names those that the addresses to be judged come from
 */
export async function nameServerFindings(
  names: readonly string[],
  around: Around,
): Promise<readonly Finding[]> {
  const {context, state, firewall} = around
  const resolutions = await Promise.all(
    names.filter(name => isIP(name) === 0).map(name => context.reader.resolve(name)),
  )
  const troubled = resolutions.find(isUnheard) ?? resolutions.find(isSlow)
  if (!troubled) return []
  const judged = judgeQueries(firewall, state, await nameQueries(troubled))
  const blocked = judged.filter(
    ({judgement: {verdict, routing}}) => verdict === 'block' && routing === undefined,
  )
  const groups = Map.groupBy(blocked, ({query, judgement}) => `${query.port} ${judgementKey(judgement)}`)
  return Promise.all([...groups.values()].map(group => blockedFinding(group, troubled, around)))
}

async function blockedFinding(
  blocked: readonly JudgedQuery[],
  resolution: Resolution,
  {state, firewall, plan}: Around,
): Promise<Finding> {
  const startedAt = performance.now()
  const [first] = blocked
  if (first === undefined) throw new Error('a group has members')
  const {
    query: {port, protocol},
    judgement,
  } = first
  const servers = [...new Set(blocked.map(({query}) => query.to))]
  const repair = await plan(port, connectionsOf(blocked, firewall))
  const neighbours = judgement.blocker === null ? [] : surroundingRules(state, judgement.blocker)
  const isLate = resolution.kind === 'resolved'
  return finding('firewall-443', blockCause(judgement), {
    target: `name server ${servers.join(', ')}`,
    ...(isLate && {status: 'warn' as const}),
    summary: `Names ${isLate ? 'resolve late' : 'do not resolve'}: the host firewall blocks ${protocol.toUpperCase()} ${port} of the name server ${servers.join(', ')}. ${judgement.reason}`,
    nextStep: nextStepOf(repair),
    evidence: {
      judgement,
      ...(neighbours.length > 0 ? {neighbours} : {}),
      protocol,
      port,
      addresses: servers,
      ...(resolution.servers?.length ? {nameServers: resolution.servers} : {}),
    } satisfies NameServerEvidence,
    remedies: repair.remedies,
    durationMs: Math.round(performance.now() - startedAt),
  })
}

/** What is blocked; and of the same servers TCP, which long answers take. */
function connectionsOf(blocked: readonly JudgedQuery[], firewall: CompiledFirewall): readonly Connection[] {
  return blocked.flatMap(({query, asker}) => {
    const {to, port, protocol} = query
    const alike = {to, owner: asker}
    const overTcp = judgeQuery(firewall, {to, port, protocol: 'tcp'}, asker)
    return [
      {...alike, protocol},
      ...(protocol === 'udp' && overTcp.verdict === 'block' ? [{...alike, protocol: 'tcp' as const}] : []),
    ]
  })
}
