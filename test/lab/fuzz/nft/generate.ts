import type {Family, Wishes} from '../generate-case.ts'
import type {Random} from '../random.ts'
import {matchesFor} from './matches.ts'
import {SETS, setsFor} from './sets.ts'
import {endingFor} from './verdicts.ts'

/** Where a rule stands; matches and verdicts are chosen so that the kernel takes them there. */
export type Place = {
  readonly family: Family
  readonly tableFamily: string
  readonly side: 'out' | 'in'
  /** `nat` for a NAT chain; null for a chain of the user's. */
  readonly type: 'filter' | 'nat' | null
  readonly hook: string | null
  /** Rules change sets while packets pass. */
  readonly changing: boolean
  readonly undecided: boolean
  readonly callable: readonly string[]
}

const PRIORITIES = [-450, -300, -250, -201, -199, -150, -101, -99, -10, 0, 0, 0, 0, 5, 50, 99, 101, 300]
/** At these it is open whether connection tracking or NAT comes first. */
const TIED = [-200, -100, 100]

/** A script for `nft -f` with some tables that filter one address family. */
export function generateRuleset(random: Random, family: Family, wanted: Wishes): string {
  const wishes = {...wanted, changing: random.chance(0.08)}
  const own = family === 4 ? 'ip' : 'ip6'
  const tables = Array.from({length: random.pick([1, 1, 1, 2, 2, 3])}, (_, index) =>
    generateTable(random, family, random.chance(0.6) ? 'inet' : own, tableName(random, index), wishes),
  )
  if (random.chance(0.12)) tables.push(deviceTable(random, family, wishes))
  if (family === 4 && random.chance(0.12)) tables.push(arpTable(random, wishes))
  return tables.join('')
}

/** Now and then a name that iptables uses, too. */
function tableName(random: Random, index: number): string {
  return random.chance(0.12) ? (['filter', 'nat', 'mangle'][index] ?? 'raw') : `t${index}`
}

type Manner = Pick<Place, 'changing' | 'undecided'>

type User = {readonly name: string; readonly side: 'out' | 'in'}

function generateTable(
  random: Random,
  family: Family,
  tableFamily: string,
  name: string,
  wishes: Manner,
): string {
  const users: User[] = Array.from({length: random.between(0, 4)}, (_, index) => ({
    name: `u${index}`,
    side: random.pick(['out', 'in'] as const),
  }))
  const chains = users.map((user, index) => {
    const callable = users.slice(index + 1).filter(({side}) => side === user.side)
    const place = {
      family,
      tableFamily,
      side: user.side,
      type: null,
      hook: null,
      ...wishes,
      callable: callable.map(one => one.name),
    }
    return chain(user.name, '', rules(random, place, 4, wishes))
  })
  const bases = Array.from({length: random.between(1, 3)}, (_, index) =>
    baseChain(random, family, tableFamily, `b${index}`, users, wishes),
  )
  if (random.chance(0.25)) bases.push(natChain(random, family, tableFamily, wishes))
  const flags = random.chance(0.04) ? '  flags dormant;\n' : ''
  return [
    `table ${tableFamily} ${name} {\n${flags}${setsFor(family)}`,
    ...random.some([...chains, ...bases], 99),
    '}\n',
    ...mapElements(random, family, `${tableFamily} ${name}`, users),
  ].join('')
}

function chain(name: string, header: string, lines: readonly string[]): string {
  return `  chain ${name} {\n${header}${lines.map(line => `    ${line}\n`).join('')}  }\n`
}

function baseChain(
  random: Random,
  family: Family,
  tableFamily: string,
  name: string,
  users: readonly User[],
  wishes: Manner,
): string {
  const hook = random.pick(['output', 'output', 'output', 'input', 'input', 'prerouting', 'postrouting'])
  const side = hook === 'output' || hook === 'postrouting' ? 'out' : 'in'
  const type = hook === 'output' && random.chance(0.25) ? 'route' : 'filter'
  const priority = random.chance(0.05) ? random.pick(TIED) : random.pick(PRIORITIES)
  const policy = random.chance(hook === 'output' || hook === 'input' ? 0.2 : 0.05) ? 'drop' : 'accept'
  const callable = users.filter(user => user.side === side).map(user => user.name)
  return chain(
    name,
    `    type ${type} hook ${hook} priority ${priority}; policy ${policy};\n`,
    rules(random, {family, tableFamily, side, type: 'filter', hook, ...wishes, callable}, 5, wishes),
  )
}

function natChain(random: Random, family: Family, tableFamily: string, wishes: Manner): string {
  const hook = random.pick(['output', 'output', 'postrouting', 'postrouting', 'prerouting', 'input'])
  const side = hook === 'output' || hook === 'postrouting' ? 'out' : 'in'
  const place = {
    family,
    tableFamily,
    side,
    type: 'nat',
    hook,
    ...wishes,
    changing: false,
    callable: [],
  } as const
  const priority = random.pick([-100, -100, 0, 10, 100, -150])
  return chain('n', `    type nat hook ${hook} priority ${priority};\n`, rules(random, place, 3, wishes))
}

function deviceTable(random: Random, family: Family, wishes: Manner): string {
  const hook = random.pick(['egress', 'ingress'])
  const side = hook === 'egress' ? 'out' : 'in'
  const place = {family, tableFamily: 'netdev', side, type: 'filter', hook, ...FRAMES} as const
  const policy = random.pick(['accept', 'accept', 'drop'])
  const header = `    type filter hook ${hook} device "${random.pick(['eth0', 'eth1', 'lo'])}" priority ${random.pick([0, 5])}; policy ${policy};\n`
  return `table netdev dev {\n${chain('d', header, rules(random, place, 3, wishes))}}\n`
}

/** Chains for frames call no others, and are not asked for what only packets have. */
const FRAMES = {changing: false, undecided: false, callable: []} as const

function arpTable(random: Random, wishes: Manner): string {
  const chains = random.some(['input', 'output'], 2).map(hook => {
    const side = hook === 'output' ? 'out' : 'in'
    const place = {family: 4, tableFamily: 'arp', side, type: 'filter', hook, ...FRAMES} as const
    const policy = random.pick(['accept', 'accept', 'drop'])
    const header = `    type filter hook ${hook} priority ${random.pick([-5, 0])}; policy ${policy};\n`
    return chain(hook, header, rules(random, place, 3, wishes))
  })
  return `table arp a {\n${chains.join('')}}\n`
}

function rules(random: Random, place: Place, most: number, wishes: Manner): string[] {
  return Array.from({length: random.between(0, most)}, () => rule(random, place, wishes))
}

/** Rules that ask for two protocols at once are refused. */
function rule(random: Random, place: Place, wishes: Manner): string {
  for (let attempt = 0; attempt < 20; attempt++) {
    const text = ruleText(random, place, wishes)
    if (!contradicts(text)) return text
  }
  return 'counter'
}

function contradicts(text: string): boolean {
  const either = text.includes('{ tcp, udp }')
  const tcp = /\btcp (?:dport|sport|flags|reset|option)/.test(text)
  const other =
    /meta l4proto (?:udp|!= udp)|ip6? (?:nexthdr|protocol) !=|(?:nexthdr|protocol) udp|\budp [ds]port/.test(
      text,
    )
  const v4 =
    /(?<!ct (?:original|reply) )\bip (?:saddr|daddr|protocol|length|ttl|frag-off)|type host-prohibited|nfproto ipv4|meta protocol ip\b/.test(
      text,
    )
  const v6 = /\bip6 |nfproto ipv6|icmpv6/.test(text)
  const alone = /meta l4proto tcp|ip protocol tcp|nexthdr tcp|meta l4proto 6|ct protocol/.test(text)
  const icmpv6 = /(?<!with )icmpv6 (?:type|code)|(?:l4proto|nexthdr) (?:ipv6-)?icmp/.test(text)
  const arp = /\barp (?:op|sa|da|h|p)|protocol arp|type arp|!= \{ ip, ip6|\{ arp, ip6/.test(text)
  return (
    (arp && (tcp || alone || either || other || v4 || v6)) ||
    (icmpv6 && (tcp || alone || either || other || v4)) ||
    (either && (tcp || alone)) ||
    ((tcp || alone) && other) ||
    (v4 && v6) ||
    (either && other) ||
    (v6 && /(?:original|reply) ip /.test(text))
  )
}

function ruleText(random: Random, place: Place, wishes: Manner): string {
  const ending = endingFor(random, place)
  let matches = matchesFor(random, place, wishes.undecided)
  // A bare drop early in a chain would leave nothing to find out.
  for (let more = 2; more > 0 && ending.stops && matches.join(' ').length < 24; more--)
    matches = matchesFor(random, place, wishes.undecided)
  const needed = ending.needs.filter(need => !matches.some(match => match.startsWith(need)))
  const effect = ending.effect === '' ? [] : [ending.effect]
  const split = random.between(0, matches.length)
  const before = ending.needs.length > 0 ? matches.length : split
  const text = [...needed, ...matches.slice(0, before), ...effect, ...matches.slice(before), ...ending.text]
  return random.chance(0.2) ? forDatagrams(text.join(' ')) : text.join(' ')
}

/** The same for UDP, unless it is about what only TCP has. */
function forDatagrams(rule: string): string {
  if (/tcp (?:flags|option|reset)|udp|(?:protocol|nexthdr|l4proto)(?! tcp)/.test(rule)) return rule
  return rule.replace(/\btcp (?=[ds]port)/g, 'udp ').replace(/(l4proto|protocol|nexthdr) tcp/g, '$1 udp')
}

const MAP_VERDICTS = ['accept', 'drop', 'accept', 'continue', 'return']

function mapElements(random: Random, family: Family, table: string, users: readonly User[]): string[] {
  const verdict = () =>
    random.chance(0.3) && users.length > 0
      ? `${random.pick(['jump', 'goto'])} ${random.pick(users).name}`
      : random.pick(MAP_VERDICTS)
  const add = (map: string, keys: readonly string[]) =>
    `add element ${table} ${map} { ${keys.map(key => `${key} : ${verdict()}`).join(', ')} }\n`
  const {disjoint} = {disjoint: SETS.disjoint[family]}
  return [
    add('addressverdicts', random.some(disjoint, 3)),
    add('portverdicts', random.some(['443', '1500', '22', '3128', '8443'], 3)),
    add('pairverdicts', [`${disjoint[0]} . 443`, `${disjoint[1]} . 1-1600`, `${disjoint[2]} . 443`]),
  ]
}
