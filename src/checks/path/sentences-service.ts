import type {SentenceTable} from './scene.ts'

export const proxySentences: SentenceTable = {
  'proxy.address': ({proxy}) => ({
    summary: `The proxy address ${proxy} is not one.`,
    nextStep: 'Write it as http://PROXY:PORT/ or https://PROXY:PORT/.',
  }),
  'proxy.unreachable': ({proxy, from, detail}) => ({
    summary: `The proxy ${proxy} cannot be used: ${detail}.`,
    nextStep: `Ask the proxy team whether ${from} may use ${proxy}, and whether the address is right.`,
  }),
  'proxy.auth-required': ({proxy, host, detail}) => ({
    summary: `The proxy ${proxy} wants other credentials before it lets ${host} through: ${detail}.`,
    nextStep: `Ask the proxy team for credentials, or to let ${host} pass without; put them into the URL as http://USER:PASSWORD@PROXY:PORT/.`,
  }),
  'proxy.denied': ({proxy, host, port, detail}) => ({
    summary: `The proxy ${proxy} does not allow ${host}: ${detail}.`,
    nextStep: `Ask the proxy team to allow CONNECT to ${host}:${port}.`,
  }),
  'proxy.upstream': ({proxy, host, port, detail}) => ({
    summary: `The proxy ${proxy} cannot reach ${host} itself: ${detail}.`,
    nextStep: `Ask the proxy team to let the proxy out to ${host} on TCP ${port}.`,
  }),
}

export const httpSentences: SentenceTable = {
  'http.block-page': ({host, proxy, detail}) => ({
    summary: `Something else answers in place of ${host}: ${detail}.`,
    nextStep: `Ask the ${proxy ? 'proxy' : 'network'} team to let ${host} through without a block or login page.`,
  }),
  'http.timeout': ({host, from, detail}) => ({
    summary: `${host} sends nothing after the TLS handshake: ${detail}.`,
    nextStep: `Ask the network team what holds back data between ${from} and ${host}.`,
  }),
  'http.error': ({host, detail}) => ({
    summary: `${host} does not answer as it should: ${detail}.`,
    nextStep: `Run the check again; if it stays, ask the network team what changes the traffic to ${host}.`,
  }),
}

export const s3Sentences: SentenceTable = {
  's3.no-such-bucket': ({host, detail}) => ({
    summary: `There is no bucket ${host}: ${detail}.`,
    nextStep:
      'Check the Region, and whether a newer version of drs-onboard knows another name for the bucket; then ask the AWS account administrator to ask AWS Support for the name.',
  }),
  's3.no-such-key': ({host, detail}) => ({
    summary: `The object is not in the bucket ${host}: ${detail}.`,
    nextStep:
      'Check the Region, and whether a newer version of drs-onboard knows another name for the object; then ask the AWS account administrator to ask AWS Support for the name.',
  }),
  's3.wrong-region': ({host, detail}) => ({
    summary: `${host} is answered from the wrong Region: ${detail}.`,
    nextStep:
      'Check --region and --s3-endpoint: both must be of the Region that this server replicates to. If they are, ask the AWS account administrator which Region the endpoint is in.',
  }),
  's3.access-denied': ({host, detail}) => ({
    summary: `S3 denies access to the object in ${host}: ${detail}.`,
    nextStep:
      'Ask the AWS account administrator to allow s3:GetObject on it in the policy of the S3 VPC endpoint.',
  }),
}
