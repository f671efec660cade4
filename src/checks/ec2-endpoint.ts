import type {Check} from './check.ts'
import {pathTimeout} from './path/budget.ts'
import {informational} from './path/informational.ts'
import {judgeServiceAnswer} from './path/judge-service.ts'
import {probeEndpoint} from './path/probe-endpoint.ts'

/**
 * The Region's EC2 API: asked of the source server by one page of AWS's, and of the staging area subnet alone by
 * another, so its failure is no more than a warning.
 */
export const ec2Endpoint: Check = {
  id: 'ec2-endpoint',
  needs: ['firewall-443'],
  needsRegion: true,
  timeoutMs: pathTimeout,
  async run(context) {
    if (!context.endpoints) throw new Error('ec2-endpoint needs a Region')
    const {ec2Host} = context.endpoints
    const {finding} = await probeEndpoint(context, 'ec2-endpoint', ec2Host, judgeServiceAnswer)
    return [informational(finding)]
  },
}
