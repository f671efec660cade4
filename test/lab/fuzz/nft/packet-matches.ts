import type {Random} from '../random.ts'
import type {Place} from './generate.ts'

type Maker = (random: Random, place: Place) => string

/** Time to live, or hop limit, and what says that a packet is a fragment. */
export const header: Maker = (random, {family, side, undecided}) => {
  const known = side === 'out' || undecided
  const limits = family === 4 ? ['64', '!= 64', '< 5', '> 63', '{ 64, 128 }'] : ['64', '!= 64', '< 5', '255']
  const limit = known ? `${family === 4 ? 'ip ttl' : 'ip6 hoplimit'} ${random.pick(limits)}` : ''
  const parts = ['0x1fff != 0', '0x3fff != 0', '0x1fff == 0', '0x2000 == 0x2000']
  const fragment = `ip frag-off & ${random.pick(undecided ? [...parts, '0x4000 != 0'] : parts)}`
  return family === 4 && random.chance(0.5) ? fragment : limit
}

/** Options of TCP; what a peer sends besides its segment size is not known. */
export const option: Maker = (random, {side, undecided}) => {
  const own = side === 'out' ? ['maxseg', 'window', 'sack-perm'] : ['maxseg']
  const name = random.pick(undecided ? [...own, 'timestamp', 'md5sig'] : own)
  const sizes = ['1-500', '!= 1-500', '> 100', '{ 0, 65500-65535 }']
  const size = random.pick(undecided ? [...sizes, '1460', '> 1400', '{ 536, 1200-1500 }'] : sizes)
  return random.pick([
    `tcp option ${name} ${random.pick(['exists', 'missing'])}`,
    `tcp option maxseg size ${size}`,
  ])
}

/** Groups and types of interfaces; eth1 is in group 7. */
export const device: Maker = (random, {side}) => {
  const natural = side === 'out' ? 'oif' : 'iif'
  const which = random.chance(0.8) ? natural : natural === 'oif' ? 'iif' : 'oif'
  return random.pick([
    `${which}group ${random.pick(['default', '7', '!= 7', '{ 3, 7 }', '!= default'])}`,
    // nft 1.0.6 takes `meta iiftype ether` for a part of the address match that follows, and does not print it.
    `meta ${which}type ${random.pick([which === 'oif' ? 'ether' : '!= ppp', 'loopback', '!= loopback', '{ ether, ppp }'])}`,
  ])
}

/** What asks for a socket, for IPsec, or for the route back; each only where the kernel takes it. */
export const surroundings: Maker = (random, {side, hook}) => {
  const flag = random.pick(['transparent 1', 'transparent 0', 'wildcard 0'])
  if (side === 'out')
    return hook === 'output' ? random.pick([`socket ${flag}`, 'rt ipsec exists', 'rt ipsec missing']) : ''
  if (hook !== 'prerouting' && hook !== 'input') return ''
  return random.pick([
    `socket ${flag}`,
    'meta ipsec exists',
    'meta ipsec missing',
    `fib saddr . iif oif ${random.pick(['exists', 'missing'])}`,
  ])
}

/** A set that rules change. */
export const changing: Maker = (random, place) => {
  const ip = place.family === 4 ? 'ip' : 'ip6'
  const peer = place.side === 'out' ? 'daddr' : 'saddr'
  return `${ip} ${peer} ${random.chance(0.2) ? '!= ' : ''}@filled`
}

/** A change of that set. */
export const change: Maker = (random, place) => {
  const ip = place.family === 4 ? 'ip' : 'ip6'
  return `${random.pick(['add', 'update', 'delete'])} @filled { ${ip} ${random.pick(['saddr', 'daddr'])} }`
}
