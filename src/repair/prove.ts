import {isIP} from 'node:net'
import type {Evidence} from '../contract/evidence.ts'
import type {Finding} from '../contract/finding.ts'
import type {Remedy} from '../contract/remedy.ts'
import type {Probed} from '../engine/events.ts'
import {liesWithin, parseInterval} from '../firewall/model/address.ts'
import type {Transport} from '../firewall/model/protocol.ts'
import type {Exchange} from '../platform/network/tcp/exchange.ts'
import type {Greeting} from '../platform/network/tcp/greet.ts'

/** A connection that a remedy is for. */
export type ProofTarget = {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  /** `query`: a name server is asked, over this protocol. */
  readonly greeting: Greeting | {readonly query: Transport}
}

/** What else of an operating system lets nothing out, and how to look at it. */
const WHAT_FORBIDS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'its routes (`ip route get`) and IPsec policies (`ip xfrm policy`)',
  win32: 'its routes (`Find-NetRoute`) and IPsec rules (`Get-NetIPsecRule`)',
}

/** Names of S3 have many addresses. */
const MAX_TARGETS = 16

/**
 * The single addresses that findings with this remedy are about, and those of them that are known within a range: a
 * range itself has nobody to connect to.
 * @param known addresses at which somebody may answer on the remedy's port
 */
export function proofTargets(
  remedy: Remedy,
  findings: readonly Finding[],
  known: readonly string[],
): readonly ProofTarget[] {
  const meant = findings.filter(({remedies}) => remedies.some(({id}) => id === remedy.id))
  const all = meant.flatMap(({evidence}) => {
    const {addresses, port} = evidence
    if (addresses === undefined || port === undefined) return []
    const single = addresses.filter(each => isIP(each) !== 0)
    const within = known.filter(address =>
      addresses.some(range => isIP(range) === 0 && holds(range, address)),
    )
    return [...single, ...within].map(address => ({
      address,
      family: isIP(address) === 6 ? (6 as const) : (4 as const),
      port,
      greeting: greetingOf(evidence),
    }))
  })
  const unique = new Map(all.map(target => [`${target.address} ${target.port}`, target]))
  return [...unique.values()].slice(0, MAX_TARGETS)
}

/** Findings on name servers alone say by which protocol. */
function greetingOf({proxy, protocol}: Evidence): ProofTarget['greeting'] {
  if (protocol !== undefined) return {query: protocol}
  return proxy === undefined ? 'tls' : 'http'
}

/** Whether a CIDR holds an address. */
function holds(range: string, address: string): boolean {
  const inner = parseInterval(address)
  return inner !== null && liesWithin(inner, parseInterval(range))
}

type Proof = {readonly target: ProofTarget; readonly exchange: Exchange}

/**
 * What real connections make of a remedy after which the rules are judged to be open. One that this host is measured
 * to stop refutes the rules; one that is answered proves them. Where nobody answers beyond this host, the remedy has done
 * its part all the same, as the packets leave: what blocks there is somebody else's, and the path checks go on naming it.
 */
export function judgeProof({check}: Pick<Remedy, 'check'>, proofs: readonly Proof[]): RecheckResult {
  const stopped = proofs.find(({exchange}) => 'leaves' in exchange && exchange.leaves === false)
  if (stopped) {
    return {
      helped: false,
      reason: `The rules now allow it, but no packet to ${nameOf(stopped)} leaves this server: something other than these rules blocks it.`,
    }
  }
  if (proofs.some(({exchange}) => isOpen(exchange))) return {helped: true, reason: ''}
  const forbidden = proofs.find(({exchange}) => exchange.kind === 'forbidden')
  if (forbidden) {
    return {
      helped: false,
      reason: `The rules now allow it, but this server's operating system forbids connections to ${nameOf(forbidden)}: check ${WHAT_FORBIDS[process.platform] ?? 'its routes and IPsec policies'}.`,
    }
  }
  const unanswered = proofs.find(({exchange}) => exchange.kind !== 'no-way')
  if (!unanswered) return byRulesAlone('no address to connect to')
  if (check === 'firewall-1500') return byRulesAlone(`${nameOf(unanswered)} does not answer (yet)`)
  const measured = proofs.some(({exchange}) => 'leaves' in exchange && exchange.leaves === true)
  return {
    helped: true,
    reason: '',
    note: `This server ${measured ? 'now sends the packets' : 'now allows the packets'}, but ${nameOf(unanswered)} does not answer: the network blocks it too. Ask the network team to allow it.`,
  }
}

/** What was tried and what came of it, for people and reports. */
export function probesOf(proofs: readonly Proof[]): readonly Probed[] {
  return proofs.map(proof => ({to: nameOf(proof), outcome: proof.exchange.kind}))
}

function byRulesAlone(why: string): RecheckResult {
  return {
    helped: true,
    reason: '',
    note: `Verified by rules only: ${why}.`,
  }
}

/** A reset after the connection was open came from beyond this host's rules, as they are now. */
function isOpen(exchange: Exchange): boolean {
  if (exchange.kind === 'refused') return exchange.by !== 'icmp'
  return exchange.kind === 'answered' || exchange.kind === 'reset'
}

function nameOf({target: {address, family, port}}: Proof): string {
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

export type RecheckResult = {
  readonly helped: boolean
  /** One sentence: why it is taken to help, or not. */
  readonly reason: string
  /** One sentence that is reported with a remedy which is kept: what its proof leaves open. */
  readonly note?: string | null
  /** The connections that were tried. */
  readonly probes?: readonly Probed[]
}

/** What a re-check says of a remedy that is in place. */
export type Recheck = (remedy: Remedy) => Promise<RecheckResult>

/** Settles with the re-check, or at once with the signal's reason. */
export async function recheckUnlessAborted(
  remedy: Remedy,
  recheck: Recheck,
  signal: AbortSignal,
): Promise<RecheckResult> {
  signal.throwIfAborted()
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, {once: true})
  try {
    return await Promise.race([recheck(remedy), aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
