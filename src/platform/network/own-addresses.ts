import {networkInterfaces} from 'node:os'

type Interfaces = ReturnType<typeof networkInterfaces>

/**
 * The addresses that connections leave from, IPv4 first: the global ones of the given interfaces; of all interfaces
 * where none is given, or none of them has any. Loopback and link-local addresses are left out.
 */
export function ownAddresses(
  defaultRoutes: ReadonlySet<string>,
  interfaces: Interfaces = networkInterfaces(),
): readonly string[] {
  const found = addressesOf(Object.entries(interfaces).filter(([name]) => defaultRoutes.has(name)))
  return found.length > 0 ? found : addressesOf(Object.entries(interfaces))
}

function addressesOf(interfaces: readonly [string, Interfaces[string]][]): readonly string[] {
  const all = interfaces.flatMap(([, addresses]) => addresses ?? []).filter(({internal}) => !internal)
  const of = (family: string) => all.filter(each => each.family === family).map(({address}) => address)
  return [
    ...of('IPv4').filter(address => !address.startsWith('169.254.')),
    ...of('IPv6').filter(address => !/^fe[89ab]/i.test(address)),
  ]
}

/**
 * The interfaces of the default routes. Source: the kernel's /proc/net/route (fib_trie.c: interface, destination,
 * gateway, …, mask in hexadecimal) and /proc/net/ipv6_route (destination, prefix length, …, flags, interface). A default
 * route on `lo` stands for a network that cannot be reached.
 */
export function defaultRouteInterfaces(ipv4: string, ipv6: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const line of ipv4.split('\n')) {
    const [name = '', destination, , , , , , mask] = line.split('\t')
    if (destination === '00000000' && mask === '00000000') names.add(name)
  }
  for (const line of ipv6.split('\n')) {
    const words = line.trim().split(/\s+/)
    if (/^0{32}$/.test(words[0] ?? '') && words[1] === '00') names.add(words.at(-1) ?? '')
  }
  names.delete('lo')
  return names
}
