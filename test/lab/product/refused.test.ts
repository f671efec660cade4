import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {findingsFor, reportOf} from './report.ts'

const REJECT = ['-p', 'tcp', '--dport', '1500', '-j', 'REJECT', '--reject-with', 'icmp-port-unreachable']

describeLab('a refused connection to TCP 1500', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await startLab()
  })
  afterEach(async () => {
    await lab.router.firewall.iptables('-F', 'FORWARD')
    await lab.source.firewall.iptables('-F', 'OUTPUT')
  })
  afterAll(() => lab?.stop())

  async function path(options = {}) {
    const args = [
      'check',
      '--only',
      'firewall-1500,replication-1500',
      '--replication-server',
      STAGING.ipv4,
      '--json',
    ]
    return findingsFor(reportOf(await lab.source.drsOnboard(args, options)), 'replication-1500')[0]
  }

  test('by the far end itself proves the path', async () => {
    expect(await path()).toMatchObject({code: 'replication.no-listener', status: 'warn'})
  })

  test('by a firewall on the way does not, and is the network team’s', async () => {
    await lab.router.firewall.iptables('-A', 'FORWARD', ...REJECT)
    expect(await path()).toMatchObject({code: 'tcp.refused', status: 'fail', owner: 'network-team'})
  })

  test('by this host’s own rules, which a plain user may not read, does not either', async () => {
    await lab.source.firewall.iptables('-A', 'OUTPUT', ...REJECT)
    expect(await path({unprivileged: true})).toMatchObject({
      code: 'tcp.refused',
      status: 'fail',
      owner: 'this-host',
    })
  })
})
