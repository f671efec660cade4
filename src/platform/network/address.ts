import {parseDestinationAddress} from '../../firewall/model/destination.ts'

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

/** AWS's names have up to eight addresses of a family. A client would hardly come to the seventeenth, either. */
const MAX_ADDRESSES = 16

/** The first `MAX_ADDRESSES` of each family, in their order: a name may have thousands. */
export function firstOfEachFamily(addresses: readonly Address[]): {
  readonly addresses: readonly Address[]
  readonly leftOut: number
} {
  const count = {4: 0, 6: 0}
  const kept = addresses.filter(({family}) => {
    count[family] += 1
    return count[family] <= MAX_ADDRESSES
  })
  return {addresses: kept, leftOut: addresses.length - kept.length}
}
