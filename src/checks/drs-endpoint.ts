import type {Evidence, Finding} from '../contract/finding.ts'
import type {Check, CheckContext} from './check.ts'
import {pathTimeout} from './path/budget.ts'
import {clockFinding, proxyFinding, rootsFinding} from './path/carried.ts'
import {measureDirect} from './path/direct-path.ts'
import {judgeServiceAnswer} from './path/judge-service.ts'
import {probeEndpoint} from './path/probe-endpoint.ts'

/** The Region's DRS API, and what its answer says beside the path itself: the clock, and the proxy's address. */
export const drsEndpoint: Check = {
  id: 'drs-endpoint',
  needs: ['firewall-443'],
  needsRegion: true,
  timeoutMs: pathTimeout,
  async run(context) {
    if (!context.endpoints) throw new Error('drs-endpoint needs a Region')
    const {drsHost} = context.endpoints
    const [{finding, answer, trust}, around] = await Promise.all([
      probeEndpoint(context, 'drs-endpoint', drsHost, judgeServiceAnswer),
      lookAround(context, drsHost),
    ])
    const found = {...finding, evidence: {...finding.evidence, ...around}}
    const carried = [
      proxyFinding(context.options.proxy),
      answer && clockFinding(drsHost, answer),
      trust && rootsFinding(drsHost, trust),
    ]
    return [found, ...carried.filter((each): each is Finding => each !== null)]
  },
}

/**
 * Facts beside the path in use: the way past the proxy, proxies that are not in use, and where AWS's advice differs.
 */
async function lookAround(context: CheckContext, drsHost: string): Promise<Evidence> {
  const {options, reader} = context
  const [direct, settings, isEc2] = await Promise.all([
    measureDirect(context, drsHost),
    options.proxy === null ? reader.proxySettings() : [],
    options.endpoint === null ? false : reader.isEc2Instance(),
  ])
  return {
    ...(direct === null ? {} : {direct}),
    ...(settings.length > 0 ? {proxySettings: settings} : {}),
    ...(isEc2 ? {endpointOnEc2: true} : {}),
  }
}
