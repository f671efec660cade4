import type {RuleText, Values} from './fields.ts'
import {isWellFormed} from './value-forms.ts'

/** An outbound rule as its requirements see it. */
type Seen = Pick<RuleText, 'major' | 'minor' | 'fields' | 'damaged'> & {
  readonly id: string
  readonly of: Values
}

/**
 * What a rule must not do. `broken` says what it does wrong, as a clause that begins with a verb; null where nothing.
 */
type Requirement = {readonly source: string; readonly broken: (rule: Seen) => string | null}

const says = (rule: Seen, name: string, value: string) =>
  rule.of(name).some(found => found.toLowerCase() === value.toLowerCase())
const has = ({of}: Seen, ...names: readonly string[]) => names.some(name => of(name).length > 0)
const when = (isBroken: boolean, clause: string) => (isBroken ? clause : null)
const isTcp = (rule: Seen) => says(rule, 'protocol', '6')
const isOlderThan = ({major, minor}: Seen, oldest: number) => major === 2 && minor < oldest

const AUTHENTICATION = ['security', 'security2_9', 'security2']

/** Source: MS-GPFAS 2.2.2.19, "This token MUST appear at most once". */
const ONCE = (
  'action dir protocol security security2_9 security2 app svc name desc embedctxt edge defer lsm active rmauth ruauth ' +
  'authbypassout lom pcross luauth luown apppkgid luauth2_24 nnm securityrealmid'
).split(' ')

const PORTS = ['lport', 'rport', 'lport2_10', 'rport2_10']

/** The oldest minor version of schema 2 in which a field, or one of its values, is valid. */
const SINCE: readonly (readonly [field: string, values: RegExp, minor: number, source: string])[] = [
  ['security2_9', /./, 9, 'MS-GPFAS 2.2.2.19'],
  ['security2', /./, 10, 'MS-GPFAS 2.2.2.19'],
  ['defer', /./, 10, 'MS-GPFAS 2.2.2.19'],
  ['authbypassout', /^true$/i, 2, 'MS-FASP 2.2.35'],
  ['lom', /^true$/i, 11, 'MS-FASP 2.2.35'],
  ['pcross', /^true$/i, 11, 'MS-FASP 2.2.35'],
  ['luauth2_24', /./, 23, 'MS-FASP 2.2.35'],
  ['rport2_10', /^ip/i, 2, 'MS-FASP 2.2.14'],
  ['rport2_28', /./, 26, 'MS-FASP 2.2.14'],
  ['ra42', /./, 11, 'MS-FASP 2.2.21'],
  ['ra62', /./, 11, 'MS-FASP 2.2.21'],
  ['ra42', /^captiveportal$/i, 30, 'MS-FASP 2.2.21'],
  ['ra62', /^captiveportal$/i, 30, 'MS-FASP 2.2.21'],
]

/** Lists of a rule have no more entries. Source: MS-FASP 2.2.5, 2.2.7, 2.2.9, 2.2.11, 2.2.13, 2.2.18. */
const MOST_ENTRIES = 1_000

/**
 * Every requirement of the specification that an outbound rule can break and that a text shows. One is left out: the
 * ports of the other side must not be a keyword with TCP (MS-FASP 2.2.37), which Windows' own rule CoreNet-IPHTTPS-Out
 * does not meet. What cannot be judged here anyway (security descriptors) is not examined.
 */
const REQUIREMENTS: readonly Requirement[] = [
  {
    source: 'MS-GPFAS 2.2.2.19',
    broken: ({damaged}) => when(damaged, 'breaks the grammar of rules, or is cut off'),
  },
  {
    source: 'MS-GPFAS 2.2.2.19',
    broken: ({major, minor}) => when(major > 255 || minor > 255, `has the version ${major}.${minor}`),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: ({major, damaged}) => when(major < 2 && !damaged, `has the version ${major}, which is too old`),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: ({id}) => when(id === '' || id.length >= 512 || id.includes('|'), 'has an id that is not valid'),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: rule => {
      const missing = ['Action', 'Dir', 'Name'].find(name => !has(rule, name.toLowerCase()))
      return missing === undefined ? null : `has no ${missing}`
    },
  },
  {
    source: 'MS-GPFAS 2.2.2.19',
    broken: ({of}) => {
      const repeated = ONCE.find(name => of(name).length > 1)
      return repeated === undefined ? null : `names ${repeated} more than once`
    },
  },
  {
    source: 'MS-GPFAS 2.2.2.1 to 2.2.2.19',
    broken: ({fields}) => {
      const wrong = fields.find(({name, value}) => !isWellFormed(name, value))
      return wrong === undefined ? null : `says ${wrong.name}=${wrong.value}, which is not valid`
    },
  },
  {
    source: 'MS-GPFAS 2.2.2.19',
    broken: ({fields}) => {
      let protocol = ''
      for (const {name, value} of fields) {
        if (name === 'protocol') protocol = value
        if (PORTS.includes(name) && protocol !== '6' && protocol !== '17')
          return 'names ports before TCP or UDP'
        if ((name === 'icmp4' && protocol !== '1') || (name === 'icmp6' && protocol !== '58'))
          return 'names types of ICMP before that protocol'
      }
      return null
    },
  },
  {
    source: 'MS-GPFAS 2.2.2.19',
    broken: rule =>
      when(has(rule, ...PORTS) && has(rule, 'icmp4', 'icmp6'), 'names both ports and types of ICMP'),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: ({fields}) =>
      when(
        fields.some(({name, value}) => name.startsWith('lport') && !/^\d/.test(value)),
        'names its own ports by a keyword, which only inbound rules may',
      ),
  },
  {
    source: 'MS-FASP 2.2.35, 2.2.37',
    broken: rule =>
      when(
        says(rule, 'edge', 'true') || has(rule, 'defer'),
        'lets traffic traverse a NAT, which only inbound rules may',
      ),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: rule =>
      when(
        says(rule, 'lsm', 'true') && (isTcp(rule) || has(rule, 'security')),
        'maps sources loosely (LSM), which neither TCP nor IPsec may',
      ),
  },
  {
    source: 'MS-FASP 2.2.35, 2.2.37',
    broken: rule =>
      when(
        has(rule, ...AUTHENTICATION) && !says(rule, 'action', 'allow') && !says(rule, 'action', 'bypass'),
        'demands IPsec, but does not allow',
      ),
  },
  {
    source: 'MS-FASP 2.2.35',
    broken: rule =>
      when(
        has(rule, 'security2_9') && !says(rule, 'security', 'authenticate'),
        'says Security2_9 without Security=Authenticate',
      ),
  },
  {
    source: 'MS-FASP 2.2.35',
    broken: rule => when(has(rule, 'security2'), 'negotiates encryption, which only inbound rules may'),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: rule =>
      when(says(rule, 'action', 'bypass'), 'has the action ByPass, which only inbound rules may'),
  },
  {
    source: 'MS-FASP 2.2.35',
    broken: rule =>
      when(
        says(rule, 'authbypassout', 'true') && !(says(rule, 'action', 'allow') && has(rule, 'security')),
        'overrides block rules without IPsec',
      ),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: rule => when(has(rule, 'rmauth'), 'names remote computers, which only inbound rules may'),
  },
  {
    source: 'MS-FASP 2.2.37',
    broken: rule => when(has(rule, 'ruauth') && !has(rule, 'security'), 'names remote users without IPsec'),
  },
  ...SINCE.map(([field, values, minor, source]) => ({
    source,
    broken: (rule: Seen) =>
      when(
        isOlderThan(rule, minor) && rule.of(field).some(value => values.test(value)),
        `says ${field}, which version 2.${rule.minor} does not have`,
      ),
  })),
  {
    source: 'MS-FASP 2.2.5, 2.2.9, 2.2.13',
    broken: ({fields}) => {
      if (fields.length <= MOST_ENTRIES) return null
      const long = [...Map.groupBy(fields, ({name}) => name)].find(([, {length}]) => length > MOST_ENTRIES)
      return long === undefined ? null : `lists more than 1,000 values of ${long[0]}`
    },
  },
]

/**
 * What an outbound rule does that the specification forbids, as clauses that begin with a verb and end with the
 * section. Nobody says what a host makes of such a rule: whether it is in force is not known.
 */
export function brokenRequirements(rule: Seen): readonly string[] {
  return REQUIREMENTS.flatMap(({source, broken}) => {
    const clause = broken(rule)
    return clause === null ? [] : [`${clause} (${source})`]
  })
}
