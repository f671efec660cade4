import {type Family, formatAddress, formatInterval} from '../address.ts'
import type {Endpoint} from './state.ts'

/** `address:port`, or `[address]:port` for IPv6; a CIDR or a range of ports where it is not known which. */
export function formatEndpoint(family: Family, {address: {lo, hi}, ports}: Endpoint): string {
  const address = lo === hi ? formatAddress(family, lo) : formatInterval(family, {lo, hi})
  const port = ports.lo === ports.hi ? `${ports.lo}` : `${ports.lo}-${ports.hi}`
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}
