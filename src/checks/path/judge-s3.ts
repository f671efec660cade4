import type {Answer, Body} from '../../platform/network/http.ts'
import {isFromS3, redirectOffAws, s3ErrorCode} from './aws-answer.ts'
import type {AnswerVerdict} from './judge-path.ts'

/** An answer of S3, with as much of its body as an error document needs. */
export type S3Answer = Pick<Answer, 'status' | 'headers'> & {readonly body: Pick<Body, 'text'>}

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
