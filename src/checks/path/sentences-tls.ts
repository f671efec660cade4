import type {SentenceTable} from './scene.ts'

export const tlsSentences: SentenceTable = {
  'tls.intercepted': ({host, proxy, detail}) => ({
    summary: `The certificate for ${host} is not Amazon's (${detail}): TLS is inspected on the way.`,
    nextStep: `Ask the ${proxy ? 'proxy' : 'network'} team to exempt ${host} from TLS inspection.`,
  }),
  'tls.untrusted': ({host, detail}) => ({
    summary: `The certificate chain of ${host} leads to no root that this server trusts (${detail}).`,
    nextStep: `Update this server's CA certificates, or name a PEM file with Amazon's roots by --ca-bundle.`,
  }),
  'tls.expired': ({host, detail}) => ({
    summary: `The certificate for ${host} is out of date (${detail}).`,
    nextStep: `Check this server's clock, then ask the network team which device answers for ${host}.`,
  }),
  'tls.not-yet-valid': ({host, detail}) => ({
    summary: `The certificate for ${host} is not valid yet (${detail}).`,
    nextStep: `Check this server's clock, then ask the network team which device answers for ${host}.`,
  }),
  'tls.name-mismatch': ({host, detail}) => ({
    summary: `The certificate that is shown for ${host} is ${detail}.`,
    nextStep: `Ask the network team what answers for ${host}, and check --endpoint and --s3-endpoint if they are given.`,
  }),
  'tls.protocol': ({host, port, detail}) => ({
    summary: `${host} does not speak TLS 1.2 or later on port ${port}: ${detail}.`,
    nextStep: `Ask the network team which device answers for ${host} on TCP ${port}, and to let TLS 1.2 through.`,
  }),
  'tls.reset': ({host, from, detail}) => ({
    summary: `TLS to ${host} breaks off: ${detail}.`,
    nextStep: `Ask the network team whether a firewall or TLS inspection cuts TLS from ${from} to ${host}.`,
  }),
  'tls.timeout': ({host, port, from, detail}) => ({
    summary: `${host} accepts the connection on TCP ${port}, then stays silent: ${detail}.`,
    nextStep: `Ask the network team whether a firewall stops the data of connections from ${from} to ${host}, or the path has an MTU problem.`,
  }),
  'clock.skew': ({host, detail, platform = process.platform}) => ({
    summary: `This server's clock is wrong, by the clock of ${host}: ${detail}.`,
    nextStep: `Set the clock and keep it right with NTP: ${platform === 'win32' ? 'w32tm /resync' : 'chronyc makestep'}.`,
  }),
}
