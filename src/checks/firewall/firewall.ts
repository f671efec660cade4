import type {SurroundingRule} from '../../contract/evidence.ts'
import type {Remedy} from '../../contract/remedy.ts'
import {surroundingRules} from '../../firewall/listing/chains.ts'
import type {Connection, Need} from '../../firewall/plan/engine-planner.ts'
import type {FirewallState} from '../../firewall/state/state.ts'
import type {Check, CheckContext} from '../check.ts'
import {compiledFirewall, readingAdvice, unreadableRules} from './compiled.ts'
import {groupJudged, type JudgedGroup} from './group.ts'
import {judgementFinding, type Repair} from './judgement-finding.ts'
import {nameServerFindings} from './name-servers.ts'
import {agentPrograms, judgePrograms} from './programs.ts'
import {endpointTargets, knownPeers, replicationTargets, type Targets} from './targets.ts'
import {tryBlocked} from './try-blocked.ts'
import {agentUser, judgeUsers} from './users.ts'

type FirewallCheckId = 'firewall-443' | 'firewall-1500'

export const firewall443: Check = {
  id: 'firewall-443',
  needs: [],
  needsRegion: true,
  timeoutMs: ({timeoutMs}) => timeoutMs + READING_MS,
  run: context => judgeHostFirewall('firewall-443', context, endpointTargets),
}

export const firewall1500: Check = {
  id: 'firewall-1500',
  needs: [],
  needsRegion: false,
  timeoutMs: ({timeoutMs}) => timeoutMs + READING_MS,
  run: context => judgeHostFirewall('firewall-1500', context, replicationTargets),
}

/**
 * Reading the rules of a large ruleset takes seconds, whatever the network step's timeout is. On Windows PowerShell is
 * asked up to three times, with a limit of 45 s each. In milliseconds.
 */
const READING_MS = process.platform === 'win32' ? 150_000 : 30_000

async function judgeHostFirewall(
  check: FirewallCheckId,
  context: CheckContext,
  findTargets: (context: CheckContext) => Promise<Targets>,
) {
  const startedAt = performance.now()
  const {reader} = context
  const [state, privileges, {title, targets, caveat, unused, names}] = await Promise.all([
    reader.firewallState(),
    reader.privileges(),
    findTargets(context),
  ])
  const firewall = compiledFirewall(state)
  const agent = agentUser(firewall, state)
  const programs = agentPrograms(firewall)
  const judge = (probe: {readonly to: string; readonly port: number}) =>
    programs.length > 0
      ? {judgement: judgePrograms(firewall, probe, programs), doubtful: [], split: null}
      : judgeUsers(firewall, probe, agent)
  const groups = groupJudged(targets.map(target => ({target, ...judge({to: target.to, port: target.port})})))
  const direct = unused.map(({to, port}) => judge({to, port}).judgement)
  const need = {check, owners: [{uid: 0}, ...(agent === null ? [] : [{uid: agent.uid, gid: agent.groups}])]}
  const known = await knownPeers(check, context)
  const tried = (await Promise.all(groups.map(group => tryBlocked(group, known, context)))).flat()
  const [repairs, ofNames] = await Promise.all([
    Promise.all(
      tried.map(({group, measured}) =>
        measured === null ? planFor(group, need, state, context) : NO_REPAIR,
      ),
    ),
    nameServerFindings(names, {
      ...{context, state, firewall},
      plan: (port, connections) => planNeed({check, ...toServers(port, connections)}, state, context),
    }),
  ])
  const durationMs = Math.round(performance.now() - startedAt)
  const findings = tried.map(({group, measured}, at) =>
    judgementFinding({
      check,
      title: tried.length === 1 ? title : null,
      group,
      agent,
      caveat,
      direct,
      repair: repairs[at] ?? NO_REPAIR,
      measured,
      neighbours: neighboursIn(state, group),
      unreadable: unreadableRules(state, privileges),
      slow: reader.slowPrograms?.() ?? [],
      readingAdvice: readingAdvice(state, privileges),
      durationMs,
    }),
  )
  // Without names, no address is known to prove anything else by.
  return [...ofNames, ...findings]
}

function toServers(
  port: number,
  connections: readonly Connection[],
): Pick<Need, 'port' | 'to' | 'destination' | 'connections'> {
  return {port, to: [...new Set(connections.map(({to}) => to))], destination: null, connections}
}

async function planFor(
  group: JudgedGroup,
  need: Pick<Need, 'check' | 'owners'>,
  state: FirewallState,
  context: CheckContext,
): Promise<Repair> {
  if (group.judgement.verdict !== 'block') return NO_REPAIR
  const [{port, destination}] = group.targets
  return planNeed({...need, port, to: group.targets.map(({to}) => to), destination}, state, context)
}

async function planNeed(need: Need, state: FirewallState, {reader, options}: CheckContext): Promise<Repair> {
  const [{planRepair}, tools, persistence] = await Promise.all([
    import('../../firewall/plan/plan-repair.ts'),
    reader.firewallTools(),
    reader.firewallPersistence(),
  ])
  return planRepair(state, tools, need, {persistence: {...persistence, mayAddUnit: options.persistUnit}})
}

/** Those of the rule that blocks, that keeps the next hop from being found, or on which it first depends. */
function neighboursIn(state: FirewallState, {judgement, doubtful}: JudgedGroup): readonly SurroundingRule[] {
  const {verdict, blocker, neighbourDiscovery, arp, routing} = judgement
  if (routing || (verdict === 'allow' && neighbourDiscovery === undefined)) return []
  const rule = blocker ?? neighbourDiscovery?.blocker ?? arp?.blocker ?? doubtful[0]
  return rule === undefined ? [] : surroundingRules(state, rule)
}

const NO_REPAIR: {remedies: readonly Remedy[]; unfixable: null} = {remedies: [], unfixable: null}
