import type {Finding} from '../../contract/finding.ts'
import {hostPort} from '../../lib/host-port.ts'
import {sourceAddress} from '../../platform/network/own-addresses.ts'
import type {Check, CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {alongside} from '../path/alongside.ts'
import {tellBlame} from '../path/blame/sentences.ts'
import {attemptEvidence} from '../path/evidence.ts'
import {firstFailure, waitingFinding} from '../path/not-tested.ts'
import {renamed} from '../path/path-finding.ts'
import {pathTimeout} from '../path/route.ts'
import {blameReplication} from './blame.ts'
import {addressesToTry, type ReplicationReport} from './judge.ts'
import {notTested, replicationSentences} from './sentences.ts'

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
    },
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
