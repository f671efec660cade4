import ipaddr from 'ipaddr.js'

/**
 * IPv4 blocks that no packet to an endpoint or replication server goes to: "this network", loopback, link-local,
 * multicast and reserved. Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890), RFC 5771, RFC 1112.
 */
const NEVER_A_PEER = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3']

/** Private use (RFC 1918) and shared (RFC 6598): not where a public endpoint is. */
const NOT_PUBLIC = ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16']

/** Every IPv4 address that may be a peer of this host, as CIDRs; `own` are the host's own addresses. */
export function anyPeer(own: readonly string[]): readonly string[] {
  return complement([...NEVER_A_PEER, ...hostRoutes(own)])
}

/** Every public IPv4 address other than the host's own, as CIDRs. */
export function anyPublicPeer(own: readonly string[]): readonly string[] {
  return complement([...NEVER_A_PEER, ...NOT_PUBLIC, ...hostRoutes(own)])
}

function hostRoutes(own: readonly string[]): readonly string[] {
  return own.filter(address => ipaddr.IPv4.isValidFourPartDecimal(address)).map(address => `${address}/32`)
}

type Block = {readonly start: number; readonly length: number}

/** What is left of the IPv4 address space without some CIDRs, in as few CIDRs as there can be, in order. */
function complement(cidrs: readonly string[]): readonly string[] {
  const left: Block[] = []
  split({start: 0, length: 0}, cidrs.map(parse), left)
  return left.map(
    ({start, length}) => `${[24, 16, 8, 0].map(bits => (start >>> bits) & 255).join('.')}/${length}`,
  )
}

/** Halves a block until each part is wholly outside the excluded blocks, or inside one. */
function split(block: Block, excluded: readonly Block[], left: Block[]): void {
  const overlapping = excluded.filter(other => contains(block, other) || contains(other, block))
  if (overlapping.length === 0) left.push(block)
  else if (!overlapping.some(other => contains(other, block))) {
    const length = block.length + 1
    split({start: block.start, length}, overlapping, left)
    split({start: block.start + 2 ** (32 - length), length}, overlapping, left)
  }
}

function contains(outer: Block, inner: Block): boolean {
  const size = 2 ** (32 - outer.length)
  return outer.length <= inner.length && inner.start >= outer.start && inner.start < outer.start + size
}

function parse(cidr: string): Block {
  const [address, length] = ipaddr.IPv4.parseCIDR(cidr)
  return {start: address.toByteArray().reduce((value, byte) => value * 256 + byte, 0), length}
}
