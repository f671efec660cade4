import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import type {Evidence} from '../../contract/finding.ts'
import {blockCause} from '../../firewall/block-cause.ts'
import type {Resolution} from '../../platform/network/dns.ts'
import {FIX_WITH_CHECKS, portOf, queryEvidence, serverOf} from './blame-sentences.ts'
import {seconds} from './describe-resolution.ts'
import type {NameQuery} from './name-queries.ts'
import type {OwnRules} from './own-rules.ts'
import type {Sentences} from './scene.ts'

type Told = Sentences & {readonly code: CauseCode; readonly owner?: Owner; readonly evidence: Evidence}

/**
 * What the agent would meet, which has names looked up by the system alone, where that takes long. Null where it got an
 * answer, and no rule is known to have kept it waiting.
 *
 * @param rules what this host's own rules make of a query that they stop, or may; null where they stop none
 */
export function tellSlowLookup(
  host: string,
  proxy: string | null,
  {servers = [], ...resolution}: Resolution,
  rules: (OwnRules & {readonly query: NameQuery}) | null,
): Told | null {
  const unansweredMs = resolution.kind === 'resolved' ? resolution.unansweredMs : undefined
  if (unansweredMs === undefined && rules?.judgement.verdict !== 'block') return null
  const [through, whose] = proxy === null ? ['', 'its'] : [` through ${proxy}`, "the proxy's"]
  const how =
    unansweredMs === undefined
      ? `it took ${seconds(resolution.ms)}.`
      : `getaddrinfo(3), which the AWS Replication Agent uses, did not answer in ${seconds(unansweredMs)}, while a name server did.`
  const slow = `${host} answers${through}, but ${whose} name resolves slowly on this server: ${how}`
  const nextStep =
    "Ask the DNS administrators which of this server's name services does not answer (nsswitch.conf, resolv.conf" +
    `${servers.length === 0 ? '' : `: ${servers.join(', ')}`}); \`getent ahosts ${host}\` waits for it as the agent does.`
  if (rules === null) return {code: 'dns.timeout', summary: slow, nextStep, evidence: {}}
  const {judgement, query, advice} = rules
  const evidence = {
    ...queryEvidence(query),
    ownRules: {verdict: judgement.verdict, reason: judgement.reason},
  }
  if (judgement.verdict !== 'block') {
    return {
      code: 'dns.timeout',
      owner: 'this-host',
      summary: `${slow} It is not known whether the host firewall blocks ${portOf(query)} of ${serverOf(query)}: ${judgement.reason}`,
      nextStep: `${advice}; if the host firewall allows it: ${nextStep}`,
      evidence: {blame: 'undecided', ...evidence},
    }
  }
  return {
    code: blockCause(judgement),
    owner: 'this-host',
    summary: `${slow} The host firewall blocks ${portOf(query)} of ${serverOf(query)}. ${judgement.reason}`,
    nextStep: FIX_WITH_CHECKS(),
    evidence: {blame: 'rule', ...evidence, judgement},
  }
}
