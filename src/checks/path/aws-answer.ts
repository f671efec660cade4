import type {Answer} from '../../platform/network/http.ts'

type Headers = Answer['headers']

/** Domains of AWS and of its documentation, where EC2's endpoint sends browsers. */
const AWS_DOMAINS = [
  'amazonaws.com',
  'amazonaws.eu',
  'api.aws',
  'api.amazonwebservices.eu',
  'aws.amazon.com',
  'amazonwebservices.com',
]

/**
 * Whether S3 itself answered. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
 */
export function isFromS3(headers: Headers): boolean {
  return (
    headers.server === 'AmazonS3' ||
    ['x-amz-request-id', 'x-amz-id-2', 'x-amz-bucket-region'].some(name => name in headers)
  )
}

/** Whether the answer carries headers that AWS's services set. */
export function isFromAws(headers: Headers): boolean {
  return (
    Object.keys(headers).some(name => name.startsWith('x-amz')) ||
    /^(amazon|aws|server$)/i.test(headers.server ?? '')
  )
}

/** Where a redirect leads that leaves AWS; null for none. A relative one stays. */
export function redirectOffAws({status, headers}: Pick<Answer, 'status' | 'headers'>): string | null {
  const {location} = headers
  if (status < 300 || status > 399 || location === undefined) return null
  const url = URL.parse(location, 'https://endpoint.amazonaws.com')
  const stays =
    url && AWS_DOMAINS.some(domain => url.hostname === domain || url.hostname.endsWith(`.${domain}`))
  return stays ? null : (url?.hostname ?? location.slice(0, 200))
}

/**
 * The code of S3's XML error document; null when it is none.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function s3ErrorCode(body: string): string | null {
  return (
    /^\s*(?:<\?xml[^>]{0,100}\?>)?\s*<Error>\s*<Code>([A-Za-z0-9.]{1,64})<\/Code>/.exec(body)?.[1] ?? null
  )
}
