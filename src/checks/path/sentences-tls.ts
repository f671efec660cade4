import type {SentenceTable} from './scene.ts'

export const tlsSentences: SentenceTable = {
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
