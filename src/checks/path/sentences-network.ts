import {ownCommandText} from '../../contract/own-command.ts'
import type {Scene, SentenceTable} from './scene.ts'

const toVpcEndpoint = ({isPrivate, port, from}: Scene) =>
  isPrivate
    ? ` Its address is private, like a VPC endpoint's: the route there (VPN, Direct Connect) must be up, and the endpoint's security group must allow TCP ${port} from ${from}.`
    : ''

const allow = ({host, port, from}: Scene) => `allow TCP ${port} from ${from} to ${host}`

export const dnsSentences: SentenceTable = {
  'dns.not-found': ({host, detail}) => ({
    summary: `${host} does not resolve: ${detail}.`,
    nextStep: `Ask the DNS administrators why ${host} does not resolve here; a private zone for its domain may hide it.`,
  }),
  'dns.timeout': ({host, from, owner, detail}) => ({
    summary: `No name server answered for ${host}: ${detail}.`,
    nextStep:
      owner === 'this-host'
        ? 'Allow UDP and TCP 53 to the name servers in the host firewall and routes of this server, then check again.'
        : `Check that the host firewall allows replies from UDP and TCP 53, then ask the DNS administrators to allow both from ${from} to its name servers, or which others to use.`,
  }),
  'dns.server-failure': ({host, detail}) => ({
    summary: `The name servers failed to look up ${host}: ${detail}.`,
    nextStep: `Ask the DNS administrators to make this server's name servers resolve ${host}.`,
  }),
  'dns.sinkhole': ({host, detail}) => ({
    summary: `${host} resolves to ${detail}, which cannot be another server: the name is blocked, or its record is wrong.`,
    nextStep: `Look for ${host} in this server's hosts file, and ask the DNS administrators to remove it from the block list or correct its record.`,
  }),
}

export const tcpSentences: SentenceTable = {
  'tcp.timeout': scene => ({
    summary: `Packets to ${scene.host} on TCP ${scene.port} are dropped in the network: ${scene.detail}.`,
    nextStep: `Ask the network team to ${allow(scene)}.${toVpcEndpoint(scene)}`,
  }),
  'tcp.refused': scene => ({
    summary: `TCP ${scene.port} to ${scene.host} is rejected in the network (AWS itself never refuses it): ${scene.detail}.`,
    nextStep: `Ask the network team to ${allow(scene)}.`,
  }),
  'tcp.unreachable': scene => ({
    summary: `${scene.host} cannot be reached on TCP ${scene.port}: ${scene.detail}.`,
    nextStep:
      scene.owner === 'this-host'
        ? `Add a route to ${scene.host} on this server, usually a default gateway, or set a proxy with --proxy-address.`
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
    summary: `Packets to ${host} on TCP ${port} never leave this server; the host firewall drops them: ${detail}.`,
    nextStep: `Let drs-onboard read the rules, as the firewall checks say; \`${ownCommandText('fix')}\` then names the rule.`,
  }),
}
