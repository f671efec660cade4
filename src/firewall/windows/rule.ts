import {MAYBE, NO, not, type Ternary, YES} from '../ternary.ts'
import {type AddressCondition, readAddresses} from './addresses.ts'
import {type Field, splitRule} from './fields.ts'
import {isForOs, mindsRule, type OsVersion, SCHEMA_MAJOR} from './os-version.ts'
import {type PortCondition, readPorts} from './ports.ts'
import {PROFILES, type Profile, type Store} from './state.ts'

/**
 * A rule of Windows Firewall, as far as it concerns an outbound TCP connection. `bypass`: an allow that, with IPsec,
 * wins over blocks. `unknown`: the text does not say what the rule does.
 */
export type WindowsRule = {
  readonly id: string
  readonly store: Store
  readonly text: string
  /** The name that consoles show; may be a reference to a resource (`@FirewallAPI.dll,-25326`). */
  readonly name: string | null
  readonly action: 'allow' | 'block' | 'bypass' | 'unknown'
  readonly active: Ternary
  readonly outbound: Ternary
  readonly profiles: Readonly<Record<Profile, Ternary>>
  readonly tcp: Ternary
  /** Null: any. */
  readonly remotePorts: PortCondition | null
  readonly localPorts: PortCondition | null
  readonly remote: AddressCondition | null
  readonly local: AddressCondition | null
  /** Path of the program that the rule is for; null: any. */
  readonly app: string | null
  /** Short name of the service, or `*` for every service; null: any process. */
  readonly service: string | null
  /** SID of the app package that the rule is for. */
  readonly appPackage: string | null
  /**
   * What else the host makes of it: a rule for other versions of Windows is not in force, one that breaks the grammar
   * may not be.
   */
  readonly inForce: Ternary
  /** Conditions that neither state nor probe tell: users, interfaces, IPsec, fields that are not known. */
  readonly undecided: readonly string[]
}

const TCP = '6'

/** Reads a rule, whatever its text. Source: MS-GPFAS 2.2.2.19, MS-FASP 2.2.37. */
export function readRule(id: string, store: Store, text: string, os: OsVersion): WindowsRule {
  const {major, fields, damaged} = splitRule(text)
  const all = (name: string) => fields.flatMap(field => (field.name === name ? [field.value] : []))
  const one = (name: string) => all(name).at(-1) ?? null
  const isTrue = (name: string) => booleanOf(one(name))
  const protocol = one('protocol')
  const secure = ['security', 'security2_9', 'security2'].some(name => all(name).length > 0)
  const action = readAction(all('action'), secure && isTrue('authbypassout') !== NO)
  const anyRemote = action === 'allow' && isTrue('lom') === YES
  const ports = fields.filter(({name}) => /^[lr]port/.test(name))
  const portsWithoutProtocol = ports.length > 0 && protocol !== TCP && protocol !== '17'
  const repeated = ONLY_ONCE.some(name => all(name).length > 1)
  return {
    id,
    store,
    text,
    name: one('name'),
    action,
    active: isTrue('active'),
    outbound: readDirection(all('dir')),
    profiles: readProfiles(all('profile')),
    tcp: protocol === null ? YES : readProtocol(protocol),
    remotePorts: anyRemote ? null : readPorts('r', fields),
    localPorts: readPorts('l', fields),
    remote: anyRemote ? null : readAddresses('r', fields),
    local: readAddresses('l', fields),
    app: one('app'),
    service: one('svc'),
    appPackage: one('apppkgid'),
    inForce: inForce({
      major,
      doubtful: damaged || repeated || portsWithoutProtocol,
      minds: all('skipver').map(value => mindsRule(value, os)),
      platform: isForOs(all('platform'), all('platform2'), os),
    }),
    undecided: fields.filter(field => isUndecided(field, action)).map(({name, value}) => `${name}=${value}`),
  }
}

const ONLY_ONCE = ['action', 'dir', 'protocol', 'app', 'svc', 'active', 'apppkgid', 'lom']

/** Fields without a say in whether an outbound TCP connection matches, or that are read above. */
const DECIDED = new Set(
  (
    'action active dir profile protocol lport rport lport2_10 rport2_10 lport2_20 lport2_24 lport2_25 lport2_29 ' +
    'rport2_28 la4 la6 ra4 ra6 ra42 ra62 app svc apppkgid skipver platform platform2 name desc embedctxt edge defer lsm ' +
    'pcross icmp4 icmp6 authbypassout lom'
  ).split(' '),
)

function isUndecided({name, value}: Field, action: WindowsRule['action']): boolean {
  if (name === 'lom') return action !== 'allow' && booleanOf(value) !== NO
  return !DECIDED.has(name)
}

function readAction(values: readonly string[], bypasses: boolean): WindowsRule['action'] {
  const [value = '', ...others] = new Set(values.map(text => text.toLowerCase()))
  if (others.length > 0) return 'unknown'
  // `ByPass` is for inbound rules; what a host makes of it on an outbound one is not written anywhere.
  if (value === 'bypass') return 'bypass'
  if (value === 'allow') return bypasses ? 'bypass' : 'allow'
  return value === 'block' ? 'block' : 'unknown'
}

/** Absent is false (MS-GPFAS 2.2.2.19). */
function booleanOf(value: string | null): Ternary {
  if (value === null) return NO
  const lower = value.toLowerCase()
  return lower === 'true' ? YES : lower === 'false' ? NO : MAYBE
}

/** A rule without a direction is not valid (MS-FASP 2.2.37): nobody says what a host makes of it. */
function readDirection(values: readonly string[]): Ternary {
  const found = new Set(values.map(text => text.toLowerCase()))
  if (found.size !== 1) return MAYBE
  return found.has('out') ? YES : found.has('in') ? NO : MAYBE
}

function readProfiles(values: readonly string[]): Readonly<Record<Profile, Ternary>> {
  const named = values.map(value => value.toLowerCase())
  const foreign = named.some(name => !PROFILES.some(profile => profile === name))
  const of = (profile: Profile) =>
    named.length === 0 || named.includes(profile) ? YES : foreign ? MAYBE : NO
  return {domain: of('domain'), private: of('private'), public: of('public')}
}

function readProtocol(value: string): Ternary {
  if (!/^\d{1,3}$/.test(value)) return MAYBE
  return Number(value) === Number(TCP) || Number(value) === 256 ? YES : NO
}

type Force = {
  readonly major: number
  readonly doubtful: boolean
  readonly minds: readonly Ternary[]
  readonly platform: Ternary
}

function inForce({major, doubtful, minds, platform}: Force): Ternary {
  // A host ignores rules of a major version that it does not know.
  if (major > SCHEMA_MAJOR) return NO
  const worst = Math.min(platform, ...minds) as Ternary
  return worst === NO ? NO : doubtful || major < SCHEMA_MAJOR ? MAYBE : worst
}

/** Whether enabling the rule is all that it takes to put it in force. */
export function isDisabled({active}: WindowsRule): boolean {
  return not(active) === YES
}
