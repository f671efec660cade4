import type {Finding} from '../../contract/finding.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {hostPort} from '../../lib/host-port.ts'
import type {Sentences} from '../path/sentences.ts'
import {explain} from '../path/sentences.ts'
import type {ReplicationVerdict} from './judge.ts'

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
