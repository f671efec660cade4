import {expect, test} from 'vitest'
import {describeLab} from './lib/describe-lab.ts'
import {startFirewalld} from './lib/firewalld.ts'
import {type Lab, startLab} from './lib/lab.ts'

async function reachesDrs(lab: Lab): Promise<boolean> {
  const argv = ['curl', '--silent', '--cacert', lab.certificates.caFile, '--connect-timeout', '1'] as const
  const {code} = await lab.source.run([...argv, 'https://drs.eu-central-1.amazonaws.com/'])
  return code === 0
}

// Their configuration may be read by root only, so a lab made without root cannot have a copy.
if (process.getuid?.() === 0) {
  describeLab('firewall managers in a lab', () => {
    test('ufw', async () => {
      await using lab = await startLab()
      const {source} = lab
      await source.must(['ufw', '--force', 'enable'])
      await source.must(['ufw', 'default', 'reject', 'outgoing'])
      await source.must(['ufw', 'allow', 'out', '53/udp'])
      expect(await source.must(['ufw', 'status', 'verbose'])).toMatch(
        /Status: active[\s\S]*reject \(outgoing\)/,
      )
      expect(await reachesDrs(lab)).toBe(false)
      await source.must(['ufw', 'allow', 'out', '443/tcp'])
      expect(await reachesDrs(lab)).toBe(true)
    })

    test('firewalld', async () => {
      await using lab = await startLab()
      const {source} = lab
      await startFirewalld(source)
      const permanently = (...args: string[]) => source.must(['firewall-cmd', '--permanent', ...args])
      await permanently('--new-policy', 'out')
      const policy = (...args: string[]) => permanently('--policy', 'out', ...args)
      await policy('--add-ingress-zone', 'HOST')
      await policy('--add-egress-zone', 'ANY')
      await policy('--set-target', 'REJECT')
      await policy('--add-port', '53/udp')
      await source.must(['firewall-cmd', '--reload'])
      expect(await reachesDrs(lab)).toBe(false)
      await policy('--add-port', '443/tcp')
      await source.must(['firewall-cmd', '--reload'])
      expect(await reachesDrs(lab)).toBe(true)
    })
  }, ['ufw', 'firewall-cmd'])
}
