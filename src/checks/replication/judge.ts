import {isIP} from 'node:net'
import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import type {Layer} from '../../contract/evidence.ts'
import type {Address} from '../../platform/network/address.ts'
import type {Resolution} from '../../platform/network/dns/resolve.ts'
import type {Connected, NotConnected} from '../../platform/network/tcp/connect.ts'
import type {Inspection} from '../../platform/network/tls/handshake.ts'
import {isPeer} from '../path/addresses.ts'
import {describeResolution} from '../path/describe-resolution.ts'
import {isOurs, judgeTcp} from '../path/judge-path.ts'
import {describeName} from '../path/judge-tls.ts'

export type ReplicationReport = {
  readonly host: string
  readonly resolution: Resolution
  /** Null where the resolution left nothing to connect to. */
  readonly tcp: Connected | NotConnected | null
  /** What the listener showed; its certificate is private to DRS, so nothing is made of it. */
  readonly tls: {readonly seen: Inspection; readonly ms: number} | null
}

export type ReplicationVerdict = {
  readonly code: CauseCode
  readonly detail: string
  readonly owner?: Owner
  /** Only where it is not the code's own. */
  readonly status?: 'warn' | 'pass'
  readonly layers: readonly Layer[]
}

/**
 * The addresses at which a replication server may answer. A name may also lead to this host, or to nobody: at 127.0.0.1
 * it would be a program of this host that answers. What is given as an address was examined where it was given.
 */
export function addressesToTry(host: string, resolution: Resolution): readonly Address[] {
  if (resolution.kind === 'failed') return []
  return isIP(host) === 0 ? resolution.addresses.filter(isPeer) : resolution.addresses
}

/** What is known of the path to port 1500: a refusal by the far end itself proves the path; see refine-refusal.ts. */
export function judgeReplication({host, resolution, tcp, tls}: ReplicationReport): ReplicationVerdict {
  const dns = judgeName(host, resolution)
  if (dns.code !== 'ok' || !tcp) {
    const owner = isOurs(resolution) ? {owner: 'this-host' as const} : {}
    return {code: dns.code, detail: dns.detail, layers: [dns], ...owner}
  }
  if (tcp.kind === 'failed') {
    const judged = judgeTcp(tcp.decisive, false)
    const code = judged.code === 'tcp.refused' ? 'replication.no-listener' : judged.code
    const status = code === 'replication.no-listener' ? 'warn' : 'fail'
    return {...judged, code, layers: [dns, {layer: 'tcp', status, code, ms: tcp.ms, detail: judged.detail}]}
  }
  const detail = `connected to ${tcp.address}`
  const layers: readonly Layer[] = [dns, {layer: 'tcp', status: 'pass', code: 'ok', ms: tcp.ms, detail}]
  if (!tls) return {code: 'ok', detail, layers}
  const shown = describeListener(tls.seen, tls.ms)
  const seen: Layer = {layer: 'tls', status: 'pass', code: 'ok', ms: tls.ms, detail: shown}
  return {code: 'ok', detail: shown, layers: [...layers, seen]}
}

function judgeName(host: string, resolution: Resolution): Layer {
  const {ms} = resolution
  const detail = describeResolution(resolution)
  if (resolution.kind === 'failed') return {layer: 'dns', status: 'fail', code: resolution.code, ms, detail}
  if (addressesToTry(host, resolution).length === 0)
    return {layer: 'dns', status: 'fail', code: 'dns.sinkhole', ms, detail}
  return {layer: 'dns', status: 'pass', code: 'ok', ms, detail}
}

function describeListener({version, chain}: Inspection, ms: number): string {
  if (version === null)
    return `no TLS answer from the listener in ${Math.max(0.1, Math.round(ms / 100) / 10)} s, as usual for a test listener`
  const leaf = chain[0]
  return `the listener speaks ${version}${leaf ? `, its certificate is issued by ${describeName(leaf.issuer)}` : ''}`
}
