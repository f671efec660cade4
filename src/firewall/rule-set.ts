import {readQueues} from './host/queues.ts'
import type {Traits} from './host/traits.ts'
import {buildArptables} from './iptables/arptables.ts'
import {buildChains} from './iptables/build.ts'
import {dumpedBy, type RuleContext} from './iptables/context.ts'
import type {Save} from './iptables/save.ts'
import type {Family} from './model/address.ts'
import type {IpProtocol} from './model/protocol.ts'
import type {BaseChain, Chain, RuleSet} from './model/rules.ts'
import {unknownBase} from './model/rules.ts'
import {buildNative, inOrderMade, shownByNft, showsIptables} from './nft/native.ts'
import {type ParsedFirewall, parsedFirewall, type SaveField} from './parsed.ts'
import type {LinuxFirewallState} from './state/state.ts'

const FIELDS: Readonly<Record<Family, {readonly legacy: SaveField; readonly nft: SaveField}>> = {
  4: {legacy: 'iptablesLegacySave', nft: 'iptablesNftSave'},
  6: {legacy: 'ip6tablesLegacySave', nft: 'ip6tablesNftSave'},
}

/** Puts everything that filters one address family's packets of a protocol on this host into one rule set. */
export function buildRuleSet(
  state: LinuxFirewallState,
  family: Family,
  traits: Traits,
  protocol: IpProtocol,
): RuleSet {
  const queues = readQueues(state)
  const {capturedAt} = state
  const parsed = parsedFirewall(state)
  const [sets, nftables] = [parsed.sets(), parsed.nftables()]
  const shared = {family, protocol, sets, traits, changingSets: changingSets(state), queues, capturedAt}
  const legacy = buildEngine(state, parsed, FIELDS[family].legacy, {...shared, engine: 'iptables-legacy'})
  const shown = shownByNft(nftables, family)
  const printed = buildEngine(state, parsed, FIELDS[family].nft, {...shared, engine: 'iptables-nft'}, shown)
  const broken = state.unreadable[FIELDS[family].nft] !== undefined
  // What iptables-nft-save stopped at, nft may print.
  const nft = broken && showsIptables(nftables, family) ? NOT_PRINTED : printed
  const native = buildNative(nftables, family, nft.save, {protocol, queues, traits})
  const bases: BaseChain[] = [
    ...legacy.bases,
    ...inOrderMade(nft.bases, nftables),
    ...hiddenLegacy(state, family, printed.save),
    ...native.bases,
  ]
  const chains = new Set<Chain>([
    ...legacy.chains,
    ...nft.chains,
    ...native.chains,
    ...bases.map(({chain}) => chain),
  ])
  return {family, bases, chains: [...chains]}
}

/** Puts everything that filters ARP on this host into one rule set. */
export function buildArpRules(state: LinuxFirewallState, traits: Traits): RuleSet {
  const queues = readQueues(state)
  const native = buildNative(parsedFirewall(state).nftables(), 4, null, {protocol: 'arp', queues, traits})
  const legacy = buildArptables(state, queues)
  const bases = [...legacy.bases, ...native.bases]
  const chains = new Set([...legacy.chains, ...native.chains, ...bases.map(({chain}) => chain)])
  return {family: 4, bases, chains: [...chains]}
}

type Engine = {
  readonly bases: readonly BaseChain[]
  readonly chains: readonly Chain[]
  readonly save: Save | null
}

const NOT_PRINTED: Engine = {bases: [], chains: [], save: null}

/** `shown`: tables of which it does not matter that the program cannot print them. */
function buildEngine(
  state: LinuxFirewallState,
  parsed: ParsedFirewall,
  field: SaveField,
  context: RuleContext,
  shown: ReadonlySet<string> = new Set(),
): Engine {
  const reason = state.unreadable[field]
  const save = parsed.save(field)
  const lost = save?.incompatible.filter(name => !shown.has(name)) ?? []
  const built = save ? buildChains({...save, incompatible: lost}, context) : {bases: [], chains: []}
  if (reason === undefined) return {...built, save}
  const {engine} = context
  const unreadable = unknownBase({
    engine,
    family: context.family === 4 ? 'ip' : 'ip6',
    table: '',
    chain: 'OUTPUT',
    text: `${dumpedBy(context)} could not be read: ${reason}`,
  })
  return {...built, bases: [...built.bases, unreadable], save}
}

/** The nft backend mentions that legacy tables are there; without their dump, what is in them is unknown. */
function hiddenLegacy(state: LinuxFirewallState, family: Family, nft: Save | null): BaseChain[] {
  const field = FIELDS[family].legacy
  if (!nft?.legacyPresent || state[field] !== null || state.unreadable[field] !== undefined) return []
  return [
    unknownBase({
      engine: 'iptables-legacy',
      family: family === 4 ? 'ip' : 'ip6',
      table: '',
      chain: 'OUTPUT',
      text: `legacy tables are loaded, and there is no ${dumpedBy({engine: 'iptables-legacy', family})} to read them`,
    }),
  ]
}

function changingSets(state: LinuxFirewallState): ReadonlySet<string> {
  const names = new Set<string>()
  for (const field of Object.values(FIELDS).flatMap(({legacy, nft}) => [legacy, nft])) {
    const text = state[field]
    if (!text?.includes('-j SET ')) continue
    for (const match of text.matchAll(/--(?:add|del)-set (\S+)/g)) if (match[1]) names.add(match[1])
  }
  return names
}
