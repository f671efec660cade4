import {type Family, type Interval, parseInterval} from '../address.ts'

/**
 * Addresses that nobody is given, so that no country has them. Source: IANA IPv4 and IPv6 Special-Purpose Address
 * Registries (RFC 6890), those that are not globally reachable; RFC 5771 and RFC 4291 for multicast.
 */
const SPECIAL: Readonly<Record<Family, readonly string[]>> = {
  4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
  ],
  6: ['::/127', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
}

function intervals(family: Family): readonly Interval[] {
  return SPECIAL[family].map(text => {
    const interval = parseInterval(text)
    if (!interval) throw new Error(`not an address: ${text}`)
    return {lo: interval.lo, hi: interval.hi}
  })
}

export const SPECIAL_ADDRESSES: Readonly<Record<Family, readonly Interval[]>> = {
  4: intervals(4),
  6: intervals(6),
}
