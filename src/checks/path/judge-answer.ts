import type {Body, HttpAnswer} from '../../platform/network/http.ts'
import type {AnswerVerdict} from './judge-path.ts'

/**
 * What an answer on the root of an AWS API means. Unsigned requests are refused there, so any status of the service's
 * own proves that it is reached. A page for humans without AWS's headers is somebody else's.
 */
export function judgeServiceAnswer({status, headers}: Pick<HttpAnswer, 'status' | 'headers'>): AnswerVerdict {
  const elsewhere = redirectOffAws({status, headers})
  if (elsewhere !== null)
    return {code: 'http.block-page', detail: `HTTP ${status}, redirected to ${elsewhere}`}
  if (!isFromAws(headers) && /^text\//i.test(headers['content-type'] ?? '')) {
    return {code: 'http.block-page', detail: `HTTP ${status} with a page that is not from AWS`}
  }
  if (status >= 500) return {code: 'http.error', status: 'warn', detail: `HTTP ${status} from the service`}
  return {code: 'ok', detail: `HTTP ${status}`}
}

/** An answer of S3, with as much of its body as an error document needs. */
type S3Answer = Pick<HttpAnswer, 'status' | 'headers'> & {readonly body: Pick<Body, 'text'>}

/**
 * What an unsigned GET of a bucket's root means. S3 refuses to list a bucket that is not public (403): that is proof
 * enough that it is reached. 5xx is S3's own trouble and passes.
 */
export function judgeBucketAnswer(answer: S3Answer, region: string): AnswerVerdict {
  const verdict = judgeShared(answer, region) ?? judgeServerError(answer, 'warn')
  if (verdict) return verdict
  const {status, body} = answer
  if (status === 404 && s3ErrorCode(body.text) === null)
    return {code: 's3.no-such-bucket', detail: 'HTTP 404'}
  return {code: 'ok', detail: `HTTP ${status}`}
}

/** What a GET of an object means; `ok` only where the object itself comes. */
export function judgeObjectAnswer(answer: S3Answer, region: string): AnswerVerdict {
  const {status, body} = answer
  const shared = judgeShared(answer, region) ?? judgeServerError(answer, undefined)
  if (shared) return shared
  if (status === 200 || status === 206) return {code: 'ok', detail: `HTTP ${status}`}
  const code = s3ErrorCode(body.text)
  const detail = `HTTP ${status}${code ? `, ${code}` : ''}`
  if (status === 404) return {code: 's3.no-such-key', detail}
  return {code: status === 401 || status === 403 ? 's3.access-denied' : 'http.error', detail}
}

function judgeShared({status, headers, body}: S3Answer, region: string): AnswerVerdict | null {
  const elsewhere = redirectOffAws({status, headers})
  if (elsewhere !== null)
    return {code: 'http.block-page', detail: `HTTP ${status}, redirected to ${elsewhere}`}
  if (!isFromS3(headers)) return {code: 'http.block-page', detail: `HTTP ${status} without S3's headers`}
  const code = s3ErrorCode(body.text)
  const bucketRegion = headers['x-amz-bucket-region']
  if (code === 'NoSuchBucket') return {code: 's3.no-such-bucket', detail: `HTTP ${status}, NoSuchBucket`}
  if (
    (bucketRegion && bucketRegion !== region) ||
    (status >= 300 && status < 400) ||
    WRONG_REGION.has(code ?? '')
  ) {
    return {
      code: 's3.wrong-region',
      detail: `HTTP ${status}, the bucket is in ${bucketRegion ?? 'another Region'}`,
    }
  }
  return null
}

const WRONG_REGION = new Set([
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
])

function judgeServerError({status}: S3Answer, as: 'warn' | undefined): AnswerVerdict | null {
  if (status < 500) return null
  return {code: 'http.error', ...(as && {status: as}), detail: `HTTP ${status} from S3`}
}

type Headers = HttpAnswer['headers']

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
function isFromAws(headers: Headers): boolean {
  return (
    Object.keys(headers).some(name => name.startsWith('x-amz')) ||
    /^(amazon|aws|server$)/i.test(headers.server ?? '')
  )
}

/** Where a redirect leads that leaves AWS; null for none. A relative one stays. */
export function redirectOffAws({status, headers}: Pick<HttpAnswer, 'status' | 'headers'>): string | null {
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
