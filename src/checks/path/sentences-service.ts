import type {SentenceTable} from './scene.ts'

export const proxySentences: SentenceTable = {
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

export const httpSentences: SentenceTable = {
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

export const s3Sentences: SentenceTable = {
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
