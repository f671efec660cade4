import type {Random} from '../random.ts'
import type {Place} from './generate.ts'

const bang = (random: Random) => (random.chance(0.25) ? '! ' : '')

/** Time to live, or hop limit; of what comes in it is not known. */
export function hopLimit(random: Random, {family, side, undecided}: Place): string {
  if (side === 'in' && !undecided) return ''
  const [module, option] = family === 4 ? ['ttl', '--ttl'] : ['hl', '--hl']
  return `-m ${module} ${random.pick([`${bang(random)}${option}-eq 64`, `${option}-lt 65`, `${option}-gt 63`, `${option}-lt 5`])} `
}

/** Options of TCP by kind; what a peer sends besides its segment size is not known. */
export function option(random: Random, {side, undecided}: Place): string {
  const own = side === 'out' ? ['2', '3', '4', '64', '99'] : ['2']
  const kind = random.pick(undecided ? [...own, '8', '5', '19', '1'] : own)
  return `-m tcp ${bang(random)}--tcp-option ${kind} `
}

/** The segment size that a packet announces. */
export function segmentSize(random: Random, {undecided}: Place): string {
  const sizes = ['500:65535', '1:400', '100:65495', '0:0', ...(undecided ? ['1460', '1:1400'] : [])]
  return `-m tcpmss ${bang(random)}--mss ${random.pick(sizes)} `
}

/** Groups of interfaces; eth1 is in group 7. */
export function group(random: Random, {side}: Place): string {
  const which = side === 'out' ? '--dst-group' : '--src-group'
  return `-m devgroup ${bang(random)}${which} ${random.pick(['0x0', '0x7', '0x5/0x5', '0x2/0x7', '0x9'])} `
}

/** Nothing goes through IPsec here. */
export function policy(random: Random, {side}: Place): string {
  return `-m policy --dir ${side} --pol ${random.pick(['none', 'ipsec'])} `
}

/** Sockets are looked for where packets come in. */
export function socket(random: Random, {side}: Place): string {
  if (side === 'out') return ''
  return `-m socket ${random.pick(['', '--nowildcard ', '--transparent ', '--transparent --nowildcard '])}`
}

/** Groups of processes (`USERS`). */
export function processGroup(random: Random, {side}: Place): string {
  if (side === 'in') return ''
  const gid = random.pick(['0', '104', '2000', '100-3000', '1000'])
  return `-m owner ${bang(random)}--gid-owner ${gid} ${random.chance(0.6) ? '--suppl-groups ' : ''}`
}
