import type {Finding} from '../contract/finding.ts'
import type {Check} from './check.ts'
import {pathTimeout} from './path/budget.ts'
import {clockFinding, proxyFinding} from './path/carried.ts'
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
    const {finding, answer} = await probeEndpoint(context, 'drs-endpoint', drsHost, judgeServiceAnswer)
    const carried = [proxyFinding(context.options.proxy), answer && clockFinding(drsHost, answer)]
    return [finding, ...carried.filter((found): found is Finding => found !== null)]
  },
}
