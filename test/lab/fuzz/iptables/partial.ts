import type {Family} from '../generate-case.ts'
import type {Random} from '../random.ts'

const PACKETS = ['--syn', '--tcp-flags SYN,ACK SYN,ACK', '--tcp-flags ALL ACK', '--tcp-flags ALL ACK,PSH']

const OWN = {4: '10.9.0.2', 6: 'fd09::2'} as const
const PEER = {4: '52.95.110.1', 6: '2001:db8::5'} as const
const ELSEWHERE = {4: '192.0.2.1', 6: '2001:db8:2::1'} as const

/**
 * Rules that keep single packets of a connection from being tracked, and rules that see what tracking makes of the
 * others: which of them begin an entry, are invalid, or meet NAT in the middle of a connection.
 */
export function generatePartial(random: Random, family: Family): string {
  const hidden = (chain: string) =>
    PACKETS.filter(() => random.chance(0.4)).map(packet => `-A ${chain} -p tcp -m tcp ${packet} -j NOTRACK`)
  const filters = Array.from({length: random.between(1, 2)}, () => filter(random, family))
  if (random.chance(0.2)) filters.push(`-A ${random.pick(CHAINS)} -m connmark --mark 0x1 -j DROP`)
  return [
    table('raw', ['PREROUTING', 'OUTPUT'], [...hidden('OUTPUT'), ...hidden('PREROUTING')]),
    table('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], translations(random, family)),
    table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], filters),
  ].join('')
}

const CHAINS = ['INPUT', 'OUTPUT'] as const

function table(name: string, chains: readonly string[], rules: readonly string[]): string {
  return [`*${name}`, ...chains.map(chain => `:${chain} ACCEPT [0:0]`), ...rules, 'COMMIT', ''].join('\n')
}

function filter(random: Random, family: Family): string {
  const packet = random.chance(0.3) ? `-m tcp ${random.pick(PACKETS)} ` : ''
  const target = random.pick([
    'DROP',
    'DROP',
    'REJECT --reject-with tcp-reset',
    'CONNMARK --set-xmark 0x1/0xffffffff',
  ])
  return `-A ${random.pick(CHAINS)} -p tcp ${packet}-m conntrack ${seen(random, family)} -j ${target}`
}

function seen(random: Random, family: Family): string {
  const bang = random.chance(0.15) ? '! ' : ''
  return random.pick([
    `${bang}--ctstate ${random.pick(['NEW', 'ESTABLISHED', 'INVALID', 'UNTRACKED', 'NEW,UNTRACKED'])}`,
    `--ctdir ${random.pick(['ORIGINAL', 'REPLY'])}`,
    `${bang}--ctstatus ${random.pick(['SEEN_REPLY', 'CONFIRMED', 'ASSURED', 'NONE'])}`,
    `${bang}--ctorigsrc ${OWN[family]}`,
    `${bang}--ctorigdst ${OWN[family]}`,
    `--ctorigdstport ${random.pick(['443', '1500'])}`,
    `--ctreplsrcport ${random.pick(['443', '1500'])}`,
  ])
}

function translations(random: Random, family: Family): string[] {
  const target = family === 4 ? `${PEER[4]}:443` : `[${PEER[6]}]:443`
  return random.pick([
    [],
    [],
    ['-A POSTROUTING -j MASQUERADE'],
    [`-A OUTPUT -p tcp -m tcp --dport 1500 -j DNAT --to-destination ${target}`],
    [`-A OUTPUT -d ${ELSEWHERE[family]} -j DNAT --to-destination ${PEER[family]}`],
    ['-A PREROUTING -p tcp -j REDIRECT --to-ports 3128'],
    [`-A INPUT -s ${ELSEWHERE[family]} -j SNAT --to-source ${PEER[family]}`],
  ])
}
