import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import {ownCommandText} from '../../contract/own-command.ts'

const toVpcEndpoint = ({isPrivate, port, from}: Scene) =>
  isPrivate
    ? ` Its address is private, like a VPC endpoint's: the route there (VPN, Direct Connect) must be up, and the endpoint's security group must allow TCP ${port} from ${from}.`
    : ''

const allow = ({host, port, from}: Scene) => `allow TCP ${port} from ${from} to ${host}`

const dnsSentences: SentenceTable = {
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

const tcpSentences: SentenceTable = {
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

const tlsSentences: SentenceTable = {
  'tls.intercepted': ({host, proxy, detail}) => ({
    summary: `The certificate for ${host} is not Amazon's (${detail}): TLS is intercepted in the network.`,
    nextStep: `Ask the ${proxy ? 'proxy' : 'network'} team to exempt ${host} from TLS inspection.`,
  }),
  'tls.untrusted': ({host, detail}) => ({
    summary: `This server does not trust the certificate of ${host} (${detail}).`,
    nextStep: `Update this server's CA certificates, or give a PEM file with Amazon's roots: --ca-bundle FILE.`,
  }),
  'tls.expired': ({host, detail}) => ({
    summary: `The certificate for ${host} has expired (${detail}).`,
    nextStep: `Check this server's clock, then ask the network team which device answers for ${host}.`,
  }),
  'tls.not-yet-valid': ({host, detail}) => ({
    summary: `The certificate for ${host} is not valid yet (${detail}).`,
    nextStep: `Check this server's clock, then ask the network team which device answers for ${host}.`,
  }),
  'tls.name-mismatch': ({host, detail}) => ({
    summary: `The certificate for ${host} is ${detail}.`,
    nextStep: `Ask the network team what answers for ${host}, and check --endpoint and --s3-endpoint if you set them.`,
  }),
  'tls.protocol': ({host, port, detail}) => ({
    summary: `${host} does not speak TLS 1.2 or later on port ${port}: ${detail}.`,
    nextStep: `Ask the network team which device answers for ${host} on TCP ${port}, and to allow TLS 1.2.`,
  }),
  'tls.reset': ({host, from, detail}) => ({
    summary: `The TLS handshake with ${host} was cut off: ${detail}.`,
    nextStep: `Ask the network team whether a firewall or TLS inspection cuts TLS from ${from} to ${host}.`,
  }),
  'tls.timeout': ({host, port, from, detail}) => ({
    summary: `${host} accepts the connection on TCP ${port}, then does not answer: ${detail}.`,
    nextStep: `Ask the network team whether a firewall blocks data on connections from ${from} to ${host}, or the path has an MTU problem.`,
  }),
  'clock.skew': ({host, detail, platform = process.platform}) => ({
    summary: `This server's clock is wrong, compared with ${host}: ${detail}.`,
    nextStep: `Set the clock and keep it in sync with NTP: ${platform === 'win32' ? 'w32tm /resync' : 'chronyc makestep'}.`,
  }),
}

const proxySentences: SentenceTable = {
  'proxy.address': ({proxy}) => ({
    summary: `${proxy} is not a proxy address.`,
    nextStep: 'Use the format http://PROXY:PORT/ or https://PROXY:PORT/.',
  }),
  'proxy.unreachable': ({proxy, from, detail}) => ({
    summary: `The proxy ${proxy} cannot be used: ${detail}.`,
    nextStep: `Ask the proxy team whether ${from} may use ${proxy}, and whether the address is right.`,
  }),
  'proxy.auth-required': ({proxy, host, detail}) => ({
    summary: `The proxy ${proxy} requires other credentials for ${host}: ${detail}.`,
    nextStep: `Ask the proxy team for credentials, or to allow ${host} without them; put them into the URL as http://USER:PASSWORD@PROXY:PORT/.`,
  }),
  'proxy.denied': ({proxy, host, port, detail}) => ({
    summary: `The proxy ${proxy} does not allow ${host}: ${detail}.`,
    nextStep: `Ask the proxy team to allow CONNECT to ${host}:${port}.`,
  }),
  'proxy.upstream': ({proxy, host, port, detail}) => ({
    summary: `The proxy ${proxy} cannot reach ${host}: ${detail}.`,
    nextStep: `Ask the proxy team to allow TCP ${port} from the proxy to ${host}.`,
  }),
}

const httpSentences: SentenceTable = {
  'http.block-page': ({host, proxy, detail}) => ({
    summary: `Something else answers in place of ${host}: ${detail}.`,
    nextStep: `Ask the ${proxy ? 'proxy' : 'network'} team to allow ${host} without a block or login page.`,
  }),
  'http.timeout': ({host, from, detail}) => ({
    summary: `${host} sends nothing after the TLS handshake: ${detail}.`,
    nextStep: `Ask the network team what blocks data between ${from} and ${host}.`,
  }),
  'http.error': ({host, detail}) => ({
    summary: `Unexpected answer from ${host}: ${detail}.`,
    nextStep: `Run the check again. If it fails again, ask the network team what changes the traffic to ${host}.`,
  }),
}

const s3Sentences: SentenceTable = {
  's3.no-such-bucket': ({host, detail}) => ({
    summary: `The bucket ${host} does not exist: ${detail}.`,
    nextStep:
      'Check the Region, and whether a newer version of drs-onboard has another name for the bucket; then ask the AWS account administrators to get the name from AWS Support.',
  }),
  's3.no-such-key': ({host, detail}) => ({
    summary: `The object is not in the bucket ${host}: ${detail}.`,
    nextStep:
      'Check the Region, and whether a newer version of drs-onboard has another name for the object; then ask the AWS account administrators to get the name from AWS Support.',
  }),
  's3.wrong-region': ({host, detail}) => ({
    summary: `The answer for ${host} comes from the wrong Region: ${detail}.`,
    nextStep:
      'Check --region and --s3-endpoint: both must match the Region that this server replicates to. If they do, ask the AWS account administrators which Region the endpoint is in.',
  }),
  's3.access-denied': ({host, detail}) => ({
    summary: `S3 denies access to the object in ${host}: ${detail}.`,
    nextStep:
      'Ask the AWS account administrators to allow s3:GetObject on it in the policy of the S3 VPC endpoint.',
  }),
}

const TABLE: SentenceTable = {
  ...dnsSentences,
  ...tcpSentences,
  ...proxySentences,
  ...tlsSentences,
  ...httpSentences,
  ...s3Sentences,
}

/** What was found on a path, and whom to ask for what. */
export function explain(code: CauseCode, scene: Scene): Sentences {
  const sentences = TABLE[code]
  if (!sentences) throw new Error(`no sentence for ${code} on a network path`)
  return sentences(scene)
}

/** What the sentences about a path are filled with. */
type Scene = {
  readonly host: string
  readonly port: number
  /** This server's own address on that path, or its name where the address is not known. */
  readonly from: string
  /** The proxy in between, without credentials. */
  readonly proxy: string | null
  /** Who can fix it, where it is not the owner of the code. */
  readonly owner?: Owner
  /** Whether the host's addresses are private ones, as a VPC endpoint's are. */
  readonly isPrivate?: boolean
  /** Whose tools the advice names; this host's unless given. */
  readonly platform?: NodeJS.Platform
  /** What the layer saw, as a clause. */
  readonly detail: string
}

export type Sentences = {readonly summary: string; readonly nextStep: string}

type SentenceTable = Partial<Record<CauseCode, (scene: Scene) => Sentences>>
