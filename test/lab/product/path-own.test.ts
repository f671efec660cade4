import {afterAll, beforeAll, expect, test} from 'vitest'
import type {CheckId} from '../../../src/contract/checks.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {AWS} from '../lib/topology.ts'
import {REGION} from './path-cases.ts'
import {findingsFor, reportOf} from './report.ts'

const CHECK = ['check', '--region', REGION, '--json']

describeLab('what happens to the program itself', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab?.stop())

  test('a connection that is reset between two glances is tcp.reset', async () => {
    const {source, router} = lab
    await lab.setFaults({connection: 'refuse'})
    await router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
    const running = source.startDrsOnboard([...CHECK, '--only', 'drs-endpoint', '--timeout', '30'])
    const sockets = () => source.must(['ss', '-Htan', 'dst', `${AWS.drs.ipv4}:443`])
    await expect.poll(sockets, {timeout: 20_000}).toContain('SYN-SENT')
    // While the program is stopped the kernel goes on: it asks again, is let in, and is shown out.
    process.kill(running.pid, 'SIGSTOP')
    await router.firewall.iptables('-F', 'FORWARD')
    await expect.poll(sockets, {timeout: 20_000}).toBe('')
    process.kill(running.pid, 'SIGCONT')
    const result = await running.ended
    const [found] = findingsFor(reportOf(result), 'drs-endpoint')
    expect(found).toMatchObject({code: 'tcp.reset', status: 'fail', owner: 'network-team'})
    expect(found?.summary).toContain('ECONNRESET')
    expect(result.code).toBe(3)
    await lab.setFaults({})
  })

  test.each([
    [
      'a disk that is full',
      'mkdir -p /run/full && mount -t tmpfs -o size=1m tmpfs /run/full && exec "$0" "$@" --output-installer /run/full',
      /no space/i,
    ],
    [
      'an identity that cannot be read',
      'mount -t tmpfs tmpfs /etc && mkdir /etc/os-release && exec "$0" "$@"',
      /EISDIR/,
    ],
  ])('%s is check.crashed, which blames nobody on the way', async (_, script, says) => {
    const program = lab.source.drsOnboardArgv([...CHECK, '--only', 'os,privileges,installer-download'])
    const result = await lab.source.run(['unshare', '--mount', '--', 'sh', '-c', script, ...program])
    const [crashed] = findingsFor(reportOf(result), 'installer-download')
    expect(crashed).toMatchObject({code: 'check.crashed', status: 'error', owner: 'this-host'})
    expect(crashed?.summary).toMatch(says)
    expect(result.code).toBe(3)
  })

  test.each<[file: string, kind: 'pipe' | 'zero', check: CheckId, says: RegExp]>([
    [
      '/etc/resolv.conf',
      'pipe',
      'drs-endpoint',
      /^\/etc\/resolv\.conf is a named pipe, not a file, so no name/,
    ],
    ['/etc/resolv.conf', 'zero', 'drs-endpoint', /^\/etc\/resolv\.conf is a device, not a file, so no name/],
    ['/etc/nsswitch.conf', 'pipe', 'drs-endpoint', /^\/etc\/nsswitch\.conf is a named pipe, not a file/],
    ['/etc/hosts', 'zero', 'drs-endpoint', /^\/etc\/hosts is a device, not a file/],
    ['/etc/os-release', 'pipe', 'os', /^\/etc\/os-release is a named pipe, not a file, so the operating/],
    ['/etc/os-release', 'zero', 'os', /^\/etc\/os-release is a device, not a file, so the operating/],
    ['/etc/passwd', 'pipe', 'drs-endpoint', /./],
    ['/etc/passwd', 'zero', 'drs-endpoint', /./],
    ['/etc/group', 'pipe', 'privileges', /./],
  ])('%s that is a %s is one sentence, and ends no run by waiting', async (file, kind, check, says) => {
    const script = `mkfifo -m 644 /run/pipe 2> /dev/null; touch "$FILE"
      mount --bind ${kind === 'pipe' ? '/run/pipe' : '/dev/zero'} "$FILE" && exec "$0" "$@"`
    const program = lab.source.drsOnboardArgv([...CHECK, '--only', 'os,privileges,drs-endpoint'])
    const result = await lab.source.run(['unshare', '--mount', '--', 'sh', '-c', script, ...program], {
      env: {FILE: file},
    })
    const [found] = findingsFor(reportOf(result), check)
    expect(found?.summary).toMatch(says)
    expect(found?.code === 'check.crashed').toBe(says.source !== '.')
  })
})
