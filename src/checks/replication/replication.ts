import type {ReplicationEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {hostPort} from '../../lib/host-port.ts'
import {sourceAddress} from '../../platform/network/source-address.ts'
import type {Check, CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {alongside} from '../path/alongside.ts'
import {placeNameBlame} from '../path/blame/name.ts'
import {isForbidden} from '../path/blame/name-queries.ts'
import {flowOfAttempt, namesOthers, type Placed, placeBlame} from '../path/blame/place.ts'
import {tellBlame} from '../path/blame/sentences.ts'
import {attemptEvidence} from '../path/evidence.ts'
import {firstFailure, waitingFinding} from '../path/not-tested.ts'
import {renamed} from '../path/path-finding.ts'
import {pathTimeout} from '../path/route.ts'
import {explain, type Sentences} from '../path/sentences.ts'
import {addressesToTry, judgeReplication, type ReplicationReport, type ReplicationVerdict} from './judge.ts'

type Server = {readonly host: string; readonly port: number}

/** The data path to the staging area subnet: always direct, since no proxy carries it. */
export const replication1500: Check = {
  id: 'replication-1500',
  needs: ['firewall-1500'],
  needsRegion: false,
  timeoutMs: pathTimeout,
  async run(context) {
    const {replicationServer, stagingSubnet} = context.options
    const target = replicationServer
      ? hostPort(replicationServer.host, replicationServer.port)
      : stagingSubnet
    const blocked = context.earlier('firewall-1500').then(firstFailure)
    const probed = await alongside(context, blocked, async bounded =>
      replicationServer
        ? await probeServer(bounded, replicationServer)
        : finding('replication-1500', 'replication.not-tested', notTested(stagingSubnet)),
    )
    return [probed.kind === 'done' ? probed.value : waitingFinding('replication-1500', target, probed.cause)]
  },
}

async function probeServer(context: CheckContext, server: Server): Promise<Finding> {
  const {report, from} = await connectTo(context, server)
  const {verdict, placed} = await blameReplication(context, server, report)
  const ours = from ?? (await context.reader.host()).hostname
  const sentences = replicationSentences(verdict, server, ours)
  const cause = {...sentences, ...server, code: verdict.code, owner: verdict.owner, detail: verdict.detail}
  const told =
    placed === null || sentences.nextStep === null
      ? cause
      : tellBlame({...cause, nextStep: sentences.nextStep}, placed)
  return finding('replication-1500', told.code, {
    target: hostPort(server.host, server.port),
    summary: told.summary,
    nextStep: told.nextStep,
    ...(verdict.status && {status: verdict.status}),
    ...(told.owner && {owner: told.owner}),
    evidence: {
      layers: renamed(verdict.layers, verdict.code, told.code),
      ...(from === null ? {} : {from}),
      ...(report.tcp ? {attempts: report.tcp.attempts.map(attemptEvidence)} : {}),
      ...('evidence' in told ? told.evidence : {}),
    } satisfies ReplicationEvidence,
    durationMs: verdict.layers.reduce((sum, {ms}) => sum + ms, 0),
  })
}

/**
 * A listener that speaks no TLS is not waited for as long as a whole step: a replication server answers after one round
 * trip, whose length the connection has shown, and some work.
 */
const peekMs = (connectMs: number): number => Math.min(1_000, 300 + 4 * connectMs)

async function connectTo(
  context: CheckContext,
  {host, port}: Server,
): Promise<{report: ReplicationReport; from: string | null}> {
  const {options, signal} = context
  const target = hostPort(host, port)
  context.progress({target, layer: 'dns'})
  const resolution = await context.reader.resolve(host)
  signal.throwIfAborted()
  const addresses = addressesToTry(host, resolution)
  if (addresses.length === 0) return {report: {host, resolution, tcp: null, tls: null}, from: null}
  context.progress({target, layer: 'tcp'})
  const {connectFirst} = await import('../../platform/network/tcp/connect.ts')
  const tcp = await connectFirst(addresses, port, {timeoutMs: options.timeoutMs, signal})
  if (tcp.kind === 'failed') {
    return {report: {host, resolution, tcp, tls: null}, from: await sourceAddress(tcp.decisive)}
  }
  context.progress({target, layer: 'tls'})
  const {inspect} = await import('../../platform/network/tls/handshake.ts')
  const startedAt = performance.now()
  const limits = {timeoutMs: Math.min(peekMs(tcp.ms), options.timeoutMs), signal}
  const seen = await inspect(tcp.socket, {host, caBundle: null}, false, limits)
  const tls = {seen, ms: Math.round(performance.now() - startedAt)}
  return {report: {host, resolution, tcp, tls}, from: tcp.localAddress}
}

const testCommand = (): string =>
  ownCommandText('check', '--only', 'replication-1500', '--replication-server', 'ADDRESS')

/** How AWS tells to prove the path before there is a replication server ("Troubleshooting communication errors"). */
const RECIPE = [
  'In the staging area subnet, on a Linux instance whose security group allows TCP 1500: nc -l 1500',
  `Here, with that instance's address: ${testCommand()}`,
]

/** Details of the finding without a server to connect to: there is none before the first agent is installed. */
export function notTested(
  stagingSubnet: string | null,
): Pick<Finding, 'target' | 'summary' | 'nextStep' | 'evidence'> {
  return {
    target: stagingSubnet,
    summary: `TCP 1500 to ${stagingSubnet ?? 'the staging area subnet'} was not tested: no replication server given.`,
    nextStep: `Start a listener (nc -l 1500) on a Linux instance in the staging area subnet whose security group allows TCP 1500, then run here: ${testCommand()}`,
    evidence: {recipe: RECIPE},
  }
}

export function replicationSentences(
  {code, detail, owner}: ReplicationVerdict,
  {host, port}: {readonly host: string; readonly port: number},
  from: string,
): {readonly summary: string; readonly nextStep: string | null} {
  const target = hostPort(host, port)
  if (code === 'ok') return {summary: `The path to ${target} is open: ${detail}.`, nextStep: null}
  if (code === 'replication.no-listener') {
    return {
      summary: `The path to ${target} is open, but nothing listens there yet (${detail}).`,
      nextStep: `Normal before the agent is installed. If a replication server should be running at ${host}, check its security group and network ACL.`,
    }
  }
  const {summary, nextStep}: Sentences = explain(code, {
    host,
    port,
    from,
    proxy: null,
    detail,
    ...(owner && {owner}),
  })
  if (code === 'tcp.refused') {
    return {
      summary: `A firewall in the network rejects TCP ${port} to ${host}: ${detail}.`,
      nextStep: `Ask the network team to allow TCP ${port} from ${from} to ${host}.`,
    }
  }
  const ours = code === 'tcp.timeout' || code === 'tcp.reset'
  return {
    summary,
    nextStep: ours
      ? `${nextStep} The staging area subnet's security group and network ACL must allow it too.`
      : nextStep,
  }
}

/** What is known of the path to port 1500, and who stops it where it is not open. */
export async function blameReplication(
  context: CheckContext,
  {host, port}: {readonly host: string; readonly port: number},
  report: ReplicationReport,
): Promise<{readonly verdict: ReplicationVerdict; readonly placed: Placed | null}> {
  const verdict = judgeReplication(report)
  const {resolution, tcp} = report
  if (verdict.code === 'replication.no-listener' && tcp?.kind === 'failed') {
    const placed = await placeBlame(context, flowOfAttempt(tcp.decisive, port))
    const {whoRefuses} = await import('../../platform/network/tcp/refusal.ts')
    const limits = {timeoutMs: context.options.timeoutMs, signal: context.signal}
    const by = await whoRefuses(tcp.decisive, port, limits)
    return {verdict: refineRefusal(verdict, {by, placed}), placed}
  }
  const isOthers = namesOthers(verdict.code, verdict.owner) || isForbidden(resolution)
  if (verdict.code === 'ok' || !isOthers) return {verdict, placed: null}
  if (tcp?.kind === 'failed')
    return {verdict, placed: await placeBlame(context, flowOfAttempt(tcp.decisive, port))}
  return {verdict, placed: await placeNameBlame(context, host, resolution)}
}

/** How a connection to TCP 1500 was refused: by whom, and who stops it if that is not the far end. */
type Refused = {
  /** `icmp`: by a firewall, which may be this host's; null where it cannot be told. */
  readonly by: 'reset' | 'icmp' | null
  readonly placed: Placed
}

/**
 * A refusal proves the path only where it is the far end's own answer, which it is not if a firewall sends an ICMP
 * message, and of which nobody knows whether it is while this host's own rules may have sent it.
 */
function refineRefusal(verdict: ReplicationVerdict, {by, placed}: Refused): ReplicationVerdict {
  const provesPath = by !== 'icmp' && placed.blame.kind === 'beyond'
  if (provesPath) return verdict
  const isUndecided = by !== 'icmp' && placed.blame.kind === 'undecided'
  return {
    ...verdict,
    code: 'tcp.refused',
    ...(isUndecided ? {status: 'warn'} : {}),
    detail: by === 'icmp' ? 'refused by an ICMP message, not by the far end' : verdict.detail,
    layers: verdict.layers.map(layer =>
      layer.code === 'replication.no-listener'
        ? {...layer, code: 'tcp.refused', status: isUndecided ? 'warn' : 'fail'}
        : layer,
    ),
  }
}
