import type {JsonValue} from '../../contract/finding.ts'
import type {CheckContext} from '../check.ts'
import {approach, isFinding} from './approach.ts'
import {judgePath} from './judge-path.ts'
import {judgeServiceAnswer} from './judge-service.ts'
import {probeWay, signedByAmazon} from './probe-endpoint.ts'
import {HTTPS_PORT, routeTo} from './route.ts'

/** The way to a host past the proxy that is in use, as a fact for the evidence; null where none is in use for it. */
export async function measureDirect(context: CheckContext, host: string): Promise<JsonValue> {
  if (routeTo(host, HTTPS_PORT, context.options).kind !== 'proxy') return null
  const quiet = {...context, options: {...context.options, proxy: null}, progress: () => undefined}
  const way = await approach(quiet, 'drs-endpoint', host, HTTPS_PORT)
  if (isFinding(way)) throw new Error('a path without a proxy has no malformed one')
  const {report} = await probeWay(way)
  const {code, detail} = judgePath(report, {
    judgeAnswer: judgeServiceAnswer,
    amazonOnly: signedByAmazon(context),
    now: Date.now(),
  })
  return {code, detail}
}
