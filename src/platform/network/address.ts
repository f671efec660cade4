import {parseDestinationAddress} from '../../firewall/destination.ts'

export type Address = {readonly address: string; readonly family: 4 | 6}

/**
 * Addresses as connections to them are carried: IPv4 for IPv4-mapped ones, which a hosts file or an AAAA record may hold.
 * Each once, in the order given.
 */
export function carried(addresses: readonly Address[]): readonly Address[] {
  const known = new Map<string, Address>()
  for (const one of addresses) {
    const address = parseDestinationAddress(one.address) ?? one
    if (!known.has(address.address)) known.set(address.address, address)
  }
  return [...known.values()]
}
