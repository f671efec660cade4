import {PROTOCOL_NUMBERS, type Transport} from '../model/protocol.ts'
import {MAYBE, NO, not, or, type Ternary, YES} from '../model/ternary.ts'
import {
  type AddressCondition,
  LOCAL,
  type PortCondition,
  REMOTE,
  readAddresses,
  readPorts,
} from './conditions.ts'
import {type Field, splitRule, type Values, valuesOf} from './fields.ts'
import {isForOs, mindsRule, type OsVersion, SCHEMA_MAJOR} from './os-version.ts'
import {brokenRequirements} from './requirements.ts'
import {PROFILES, type Profile, type Store} from './state.ts'

/**
 * A rule of Windows Firewall, as far as it concerns an outbound connection of TCP or UDP. `secure`: an allow for what IPsec has
 * authenticated, which blocks the rest. `bypass`: one that wins over blocks as well. `unknown`: the text does not say
 * what the rule does.
 */
export type WindowsRule = {
  readonly id: string
  readonly store: Store
  readonly text: string
  /** The name that consoles show; may be a reference to a resource (`@FirewallAPI.dll,-25326`). */
  readonly name: string | null
  readonly action: 'allow' | 'secure' | 'block' | 'bypass' | 'unknown'
  readonly active: Ternary
  readonly outbound: Ternary
  readonly profiles: Readonly<Record<Profile, Ternary>>
  readonly transports: Transports
  /** Whether it is for one protocol, rather than for any. */
  readonly namesProtocol: boolean
  /** Null: any. */
  readonly remotePorts: PortCondition | null
  readonly localPorts: PortCondition | null
  readonly remote: AddressCondition | null
  readonly local: AddressCondition | null
  /** Path of the program that the rule is for; empty: any. More than one: it is not known which of them counts. */
  readonly apps: readonly string[]
  /** Short name of the service, or `*` for every service, in the same way; empty: any process. */
  readonly services: readonly string[]
  /** SIDs and family names of the app packages that the rule is for. */
  readonly packages: readonly string[]
  /** GUIDs of the adapters that the rule is for; empty: any. */
  readonly adapters: readonly string[]
  /** Kinds of adapter that the rule is for (`Lan`, …); empty: any. */
  readonly adapterTypes: readonly string[]
  /**
   * What else the host makes of it: a rule for other versions of Windows is not in force, one that breaks the
   * specification may not be.
   */
  readonly inForce: Ternary
  /** What it does that the specification forbids, as clauses that begin with a verb. */
  readonly broken: readonly string[]
  /** Conditions that neither state nor probe tell: users, IPsec, fields that are not known. */
  readonly undecided: readonly string[]
}

/** Whether a rule is about connections of each transport. */
export type Transports = Readonly<Record<Transport, Ternary>>

/** Reads a rule, whatever its text. Source: MS-GPFAS 2.2.2.19, MS-FASP 2.2.37. */
export function readRule(id: string, store: Store, text: string, os: OsVersion): WindowsRule {
  const split = splitRule(text)
  const {major, fields} = split
  const of = valuesOf(fields)
  const outbound = readDirection(of('dir'))
  const action = readAction(of)
  const anyRemote =
    (action === 'allow' || action === 'secure' || action === 'bypass') && isTrue(of('lom')) === YES
  // What inbound rules do wrong is nobody's business here.
  const broken = outbound === NO ? [] : brokenRequirements({...split, id, of})
  return {
    id,
    store,
    text,
    name: of('name').at(-1) ?? null,
    action,
    active: isTrue(of('active')),
    outbound,
    profiles: readProfiles(of('profile')),
    transports: readTransports(of('protocol')),
    namesProtocol: of('protocol').length > 0,
    remotePorts: anyRemote ? null : readPorts('rport', fields),
    localPorts: readPorts('lport', fields),
    remote: anyRemote ? null : readAddresses(REMOTE, of),
    local: readAddresses(LOCAL, of),
    apps: of('app'),
    services: of('svc'),
    packages: [...of('apppkgid'), ...of('pfn')],
    adapters: of('if'),
    adapterTypes: of('iftype'),
    inForce: inForce(major, broken, of, os),
    broken,
    undecided: fields.filter(field => isUndecided(field, action)).map(({name, value}) => `${name}=${value}`),
  }
}

/** Fields without a say in whether an outbound connection matches, or that are read above. */
const DECIDED = new Set(
  (
    'action active dir profile protocol lport rport lport2_10 rport2_10 lport2_20 lport2_24 lport2_25 lport2_29 ' +
    'rport2_28 la4 la6 ra4 ra6 ra42 ra62 app svc apppkgid pfn if iftype skipver platform platform2 name desc embedctxt ' +
    'edge defer lsm pcross icmp4 icmp6 authbypassout lom'
  ).split(' '),
)

/** What makes an allow one for IPsec alone is told by its action. */
const SECURE = ['security', 'security2_9', 'security2', 'securityrealmid']

function isUndecided({name, value}: Field, action: WindowsRule['action']): boolean {
  // A block rule has it ignored (MS-FASP 2.2.35); what it means to a rule without an action nobody says.
  if (name === 'lom') return action === 'unknown' && booleanOf(value) !== NO
  if (SECURE.includes(name)) return action !== 'secure' && action !== 'bypass'
  return !DECIDED.has(name)
}

/** Source: MS-FASP 2.2.34, 2.2.35. */
function readAction(of: Values): WindowsRule['action'] {
  const [value = '', ...others] = new Set(of('action').map(text => text.toLowerCase()))
  if (others.length > 0) return 'unknown'
  // `ByPass` is for inbound rules; what a host makes of it on an outbound one is not written anywhere.
  if (value === 'bypass') return 'bypass'
  if (value !== 'allow') return value === 'block' ? 'block' : 'unknown'
  if (!SECURE.some(name => of(name).length > 0)) return 'allow'
  return isTrue(of('authbypassout')) === NO ? 'secure' : 'bypass'
}

/** Absent is false (MS-GPFAS 2.2.2.19). Values that contradict each other leave it open. */
function isTrue(values: readonly string[]): Ternary {
  const found = new Set(values.map(booleanOf))
  const [first = NO, ...others] = found
  return others.length > 0 ? MAYBE : first
}

function booleanOf(value: string): Ternary {
  const lower = value.toLowerCase()
  return lower === 'true' ? YES : lower === 'false' ? NO : MAYBE
}

/** A rule without a direction is not valid (MS-FASP 2.2.37): nobody says what a host makes of it. */
function readDirection(values: readonly string[]): Ternary {
  const found = new Set(values.map(text => text.toLowerCase()))
  if (found.size !== 1) return MAYBE
  return found.has('out') ? YES : found.has('in') ? NO : MAYBE
}

export function readProfiles(values: readonly string[]): Readonly<Record<Profile, Ternary>> {
  const named = values.map(value => value.toLowerCase())
  const foreign = named.some(name => !PROFILES.some(profile => profile === name))
  const of = (profile: Profile) =>
    named.length === 0 || named.includes(profile) ? YES : foreign ? MAYBE : NO
  return {domain: of('domain'), private: of('private'), public: of('public')}
}

/** No protocol is any; of several, one may count. */
export function readTransports(values: readonly string[]): Transports {
  return {tcp: readProtocol(values, 'tcp'), udp: readProtocol(values, 'udp')}
}

function readProtocol(values: readonly string[], transport: Transport): Ternary {
  const each = values.map(value => {
    if (!/^\d{1,3}$/.test(value)) return MAYBE
    return Number(value) === PROTOCOL_NUMBERS[transport] || Number(value) === 256 ? YES : NO
  })
  const [first = YES, ...others] = each
  const any = others.reduce<Ternary>(or, first)
  return others.length > 0 && any !== NO ? MAYBE : any
}

/**
 * Whether the host has a rule in force at all, apart from `Active`. One of a major version that the host does not know
 * is ignored.
 */
export function inForce(major: number, broken: readonly string[], of: Values, os: OsVersion): Ternary {
  if (major > SCHEMA_MAJOR) return NO
  const minds = of('skipver').map(value => mindsRule(value, os))
  const worst = Math.min(isForOs(of('platform'), of('platform2'), os), ...minds) as Ternary
  return worst === NO ? NO : broken.length > 0 || major < SCHEMA_MAJOR ? MAYBE : worst
}

/** Whether enabling the rule is all that it takes to put it in force. */
export function isDisabled({active}: WindowsRule): boolean {
  return not(active) === YES
}
