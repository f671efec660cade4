import type {LabHost} from './host.ts'
import {SOURCE} from './topology.ts'

/** The source server and its router know one another by IPv6 for good, and never have to find one another. */
export async function introduce(source: LabHost, router: LabHost): Promise<void> {
  const mac = async (host: LabHost, device: string) =>
    (await host.must(['cat', `/sys/class/net/${device}/address`])).trim()
  const know = (host: LabHost, address: string, lladdr: string, device: string) =>
    host.must(['ip', 'neighbour', 'replace', address, 'lladdr', lladdr, 'dev', device, 'nud', 'permanent'])
  const [own, gateway] = await Promise.all([mac(source, 'eth0'), mac(router, 'source')])
  await Promise.all([know(source, 'fd00:9::1', gateway, 'eth0'), know(router, SOURCE.ipv6, own, 'source')])
}
