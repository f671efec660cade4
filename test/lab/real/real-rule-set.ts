import type {SourceServer} from '../lib/source-server.ts'
import type {ExtraTool} from '../lib/tools.ts'

/** A firewall as it is met on servers: made by the very tool, or written in the structure and order that it writes. */
export type RealRuleSet = {
  /** Name of its fixture too. */
  readonly name: string
  /** Managers that make it; they need a lab with root. */
  readonly needs?: readonly ExtraTool[]
  readonly load: (source: SourceServer) => Promise<void>
  /** Destinations, `ADDRESS PORT`, that this rule set treats in a way of its own. */
  readonly alsoAsk?: readonly string[]
  /** Destinations that these rules alone do not decide. */
  readonly undecided?: readonly string[]
}

/** Loads dumps of the iptables family into one backend. */
export const restoring =
  (backend: 'legacy' | 'nft', ipv4: string, ipv6?: string, sets?: string): RealRuleSet['load'] =>
  async source => {
    if (sets !== undefined) await source.must(['ipset', 'restore'], {input: sets})
    await source.firewall.use(backend)
    await source.firewall.restore(ipv4)
    if (ipv6 !== undefined) await source.firewall.restore(ipv6, 'ipv6')
  }

/** Loads a script of nft. */
export const running =
  (script: string): RealRuleSet['load'] =>
  async source => {
    await source.firewall.nft(['-f', '-'], script)
  }
