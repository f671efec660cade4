import {isIP} from 'node:net'
import type {Address} from '../../../platform/network/address.ts'
import type {Departure} from '../../../platform/network/departure/departure.ts'
import type {Failure} from '../../../platform/network/departure/measure.ts'
import type {Resolution} from '../../../platform/network/dns/resolve.ts'
import type {CheckContext} from '../../check.ts'
import {compiledFirewall} from '../../firewall/compiled.ts'
import {serviceAsker} from '../../firewall/judge-queries.ts'
import {decideBlame} from './decide.ts'
import {isAnswered, isForbidden, isLoopback, isUnheard, type NameQuery, nameQueries} from './name-queries.ts'
import {isOwnAddress, judgeOwnRules, type OwnRules, thisProcess} from './own-rules.ts'
import type {Placed} from './place.ts'

/**
 * What becomes of queries to the name servers that a name could not be found by. Null where a resolver on this very host
 * has passed on what others told it, and where this host stops the queries by something other than a rule.
 */
export async function placeNameBlame(
  context: CheckContext,
  name: string,
  resolution: Resolution,
): Promise<Placed | null> {
  const {servers = []} = resolution
  if (isAnswered(resolution) && servers.every(isLoopback)) return null
  const queries = await nameQueries(resolution)
  const isStubbed = queries.some(({by}) => by === 'systemd-resolved')
  const placed = await Promise.all(
    queries.map(async (query): Promise<Placed> => {
      const judged = isUnheard(resolution) ? await judgeQuery(context, query) : UNJUDGED
      const {rules} = judged
      // What a stub passes on is asked of those behind it.
      const why = isStubbed && query.by === 'programs' ? OWN_ADDRESS : judged.noMeasure
      const measured: Departure =
        why !== null || isForbidden(resolution)
          ? {kind: 'unknown', why: why ?? ''}
          : await measureQuery(context, name, query)
      return {
        rules,
        measured,
        blame: decideBlame(rules?.judgement ?? null, rules?.undecided ?? null, measured),
        query,
      }
    }),
  )
  // A rule that stops one of the servers is enough, and one query that leaves.
  const found = MOST_TELLING.flatMap(kind => placed.find(({blame}) => blame.kind === kind) ?? [])[0]
  if (isForbidden(resolution)) return found?.blame.kind === 'rule' ? found : null
  return found ?? {rules: null, measured: NONE_KNOWN, blame: decideBlame(null, null, NONE_KNOWN)}
}

/** What the rules make of look-ups of which one name server at least did not answer in time. */
export async function judgeSlowLookup(
  context: CheckContext,
  resolution: Resolution,
): Promise<(OwnRules & {readonly query: NameQuery}) | null> {
  const judged = await Promise.all(
    (await nameQueries(resolution)).map(async query => {
      const {rules} = await judgeQuery(context, query)
      return rules === null ? [] : [{...rules, query}]
    }),
  )
  const all = judged.flat()
  return (
    all.find(({judgement}) => judgement.verdict === 'block') ??
    all.find(({judgement}) => judgement.verdict === 'unknown') ??
    null
  )
}

const OWN_ADDRESS = 'the address is one of this server itself'
const NONE_KNOWN: Departure = {kind: 'unknown', why: 'the name servers in use are not known'}

const MOST_TELLING = ['rule', 'redirected', 'beyond', 'measured', 'undecided'] as const

type JudgedQuery = {
  /** Null where they do not tell who is to blame: a resolver on this host that they let be asked, and is silent. */
  readonly rules: OwnRules | null
  /** Why a query of this process would not tell, as a clause; null where it does. */
  readonly noMeasure: string | null
}

const UNJUDGED: JudgedQuery = {rules: null, noMeasure: null}

async function judgeQuery({reader}: CheckContext, query: NameQuery): Promise<JudgedQuery> {
  const state = await reader.firewallState()
  const {to, port, protocol} = query
  const firewall = compiledFirewall(state)
  const service = serviceAsker(firewall, state, query)
  const isAnothers = service !== 'programs' && firewall.ownerRules(protocol).tellApart
  const noMeasure = isAnothers
    ? 'rules of this server treat users differently, and systemd-resolved is another one'
    : null
  if (service === null) return {rules: null, noMeasure}
  const asker = service === 'programs' ? thisProcess(state) : service
  const rules = await judgeOwnRules({reader}, {to, port, protocol, ...asker})
  const isSilentHere = rules.judgement.verdict === 'allow' && isOwnAddress(state, to)
  return {rules: isSilentHere ? null : rules, noMeasure}
}

async function measureQuery(
  {options: {timeoutMs}, signal}: CheckContext,
  name: string,
  {to, port, protocol}: NameQuery,
): Promise<Departure> {
  const [{measureDeparture}, {addressQuery}] = await Promise.all([
    import('../../../platform/network/departure/measure.ts'),
    import('../../../platform/network/dns/name-servers.ts'),
  ])
  const failure: Failure =
    protocol === 'tcp' ? {kind: 'silence'} : {kind: 'datagram', question: addressQuery(name)}
  const address: Address = {address: to, family: isIP(to) === 6 ? 6 : 4}
  return measureDeparture(address, port, failure, {timeoutMs, signal})
}
