import type {Answer} from '../../platform/network/http.ts'
import {isFromAws, redirectOffAws} from './aws-answer.ts'
import type {AnswerVerdict} from './judge-path.ts'

/**
 * What an answer on the root of an AWS API means. Unsigned requests are refused there, so any status of the service's
 * own proves that it is reached. A page for humans without AWS's headers is somebody else's.
 */
export function judgeServiceAnswer({status, headers}: Pick<Answer, 'status' | 'headers'>): AnswerVerdict {
  const elsewhere = redirectOffAws({status, headers})
  if (elsewhere !== null)
    return {code: 'http.block-page', detail: `HTTP ${status}, redirected to ${elsewhere}`}
  if (!isFromAws(headers) && /^text\//i.test(headers['content-type'] ?? '')) {
    return {code: 'http.block-page', detail: `HTTP ${status} with a page that is not from AWS`}
  }
  if (status >= 500) return {code: 'http.error', status: 'warn', detail: `HTTP ${status} from the service`}
  return {code: 'ok', detail: `HTTP ${status}`}
}
