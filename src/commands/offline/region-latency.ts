import {REGIONS} from '../../aws/regions.ts'
import {printableLine} from '../../lib/printable.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {connectTimes} from '../../platform/network/tcp/times.ts'
import type {Latency} from '../../screens/flow/wizard-host.ts'

const HTTPS_PORT = 443

/** A connection that takes longer has lost packets, and tells nothing of the distance (RFC 6298: 1 s until the next try). */
const WORTH_KNOWING_MS = 2_000

/** What `--latency` asks for: the time of a TCP connection to the DRS endpoint of each Region. */
export function regionLatency({
  proxy,
  dualstack,
  timeoutMs: given,
}: Pick<RunOptions, 'proxy' | 'dualstack' | 'timeoutMs'>): Latency {
  if (proxy !== null) {
    const {from} = proxy
    return {
      kind: 'not-measured',
      why: `Latency is not measured: it would be that of the proxy set by ${printableLine(from)}.`,
    }
  }
  const timeoutMs = Math.min(given, WORTH_KNOWING_MS)
  return {
    kind: 'measured',
    async *measure(codes, signal) {
      const regions = REGIONS.filter(({code}) => codes.includes(code))
      const codeOf = new Map(
        regions.map(region => [dualstack ? region.drsDualStackHost : region.drsHost, region.code]),
      )
      for await (const {host, ms} of connectTimes([...codeOf.keys()], HTTPS_PORT, {timeoutMs, signal})) {
        const region = codeOf.get(host)
        if (region !== undefined) yield {region, ms}
      }
    },
  }
}
