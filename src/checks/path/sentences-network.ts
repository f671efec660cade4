import {ownCommandText} from '../../contract/own-command.ts'
import type {Scene, SentenceTable} from './scene.ts'

const toVpcEndpoint = ({isPrivate, port, from}: Scene) =>
  isPrivate
    ? ` Its address is private, as a VPC endpoint's is: the route there (VPN, Direct Connect) must be up, and the endpoint's security group must admit TCP ${port} from ${from}.`
    : ''

const allow = ({host, port, from}: Scene) => `allow TCP ${port} from ${from} to ${host}`

export const dnsSentences: SentenceTable = {
  'dns.not-found': ({host, detail}) => ({
    summary: `DNS knows no address of ${host}: ${detail}.`,
    nextStep: `Ask the DNS administrator why ${host} does not resolve here; a private zone for its domain may hide it.`,
  }),
  'dns.timeout': ({host, from, owner, detail}) => ({
    summary: `No name server gave a whole answer for ${host}: ${detail}.`,
    nextStep:
      owner === 'this-host'
        ? "Let UDP and TCP 53 out to the name servers in this server's own firewall and routes, then check again."
        : `Check that this server's own firewall lets the replies from UDP and TCP 53 back in, then ask the DNS administrator to let ${from} reach its name servers by both, or which others to use.`,
  }),
  'dns.server-failure': ({host, detail}) => ({
    summary: `The name servers failed to look up ${host}: ${detail}.`,
    nextStep: `Ask the DNS administrator to make this server's name servers resolve ${host}.`,
  }),
  'dns.sinkhole': ({host, detail}) => ({
    summary: `DNS sends ${host} to ${detail}, where no other server can be: the name is blocked, or its record is wrong.`,
    nextStep: `Look for ${host} in this server's hosts file, and ask the DNS administrator to take it off the block list or correct its record.`,
  }),
}

export const tcpSentences: SentenceTable = {
  'tcp.timeout': scene => ({
    summary: `Packets to ${scene.host} on TCP ${scene.port} are dropped on the way: ${scene.detail}.`,
    nextStep: `Ask the network team to ${allow(scene)}.${toVpcEndpoint(scene)}`,
  }),
  'tcp.refused': scene => ({
    summary: `TCP ${scene.port} to ${scene.host} is rejected on the way, as AWS refuses no connection: ${scene.detail}.`,
    nextStep: `Ask the network team to ${allow(scene)}.`,
  }),
  'tcp.unreachable': scene => ({
    summary: `${scene.host} cannot be reached on TCP ${scene.port}: ${scene.detail}.`,
    nextStep:
      scene.owner === 'this-host'
        ? `Give this server a route to ${scene.host}, as a rule a default gateway, or name a proxy with --proxy-address.`
        : `Ask the network team to route, and ${allow(scene)}.${toVpcEndpoint(scene)}`,
  }),
  'tcp.reset': scene => ({
    summary: `The connection to ${scene.host} on TCP ${scene.port} is reset as soon as it opens: ${scene.detail}.`,
    nextStep: `Ask the network team which device resets it, and to ${allow(scene)}.`,
  }),
  'tcp.prohibited': ({host, port, detail, platform = process.platform}) => ({
    summary: `This server's operating system forbids TCP ${port} to ${host}: ${detail}.`,
    nextStep:
      platform === 'win32'
        ? 'Look for an outbound block in Windows Firewall or another security product; netsh wfp show netevents names the filter.'
        : 'Look for a firewall rule, a prohibit route (ip route show table all) or a security module that denies it.',
  }),
  'tcp.local-drop': ({host, port, detail}) => ({
    summary: `Packets to ${host} on TCP ${port} never leave this server, whose own firewall drops them: ${detail}.`,
    nextStep: `Let drs-onboard read the rules, as the firewall checks say; \`${ownCommandText('fix')}\` then names the one at fault.`,
  }),
}
