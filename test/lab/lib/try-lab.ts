// Starts a lab as the user who runs this, tries its firewalls, and prints what it found as JSON.
// For the test that has a user without privileges do it: HTTP status with the path open, 0 where a firewall blocks.
import {startLab} from './lab.ts'

await using lab = await startLab()

const status = async (): Promise<number> => {
  const argv = ['curl', '--silent', '--cacert', lab.certificates.caFile, '--connect-timeout', '1'] as const
  const output = ['--output', '/dev/null', '--write-out', '%{http_code}']
  const {stdout} = await lab.source.run([...argv, ...output, 'https://drs.eu-central-1.amazonaws.com/'])
  return Number(stdout)
}

const behind = async (host: 'source' | 'router', backend: 'legacy' | 'nft'): Promise<number> => {
  const {firewall} = lab[host]
  const rule = [host === 'source' ? 'OUTPUT' : 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'REJECT']
  await firewall.use(backend)
  await firewall.iptables('-A', ...rule)
  const seen = await status()
  await firewall.iptables('-D', ...rule)
  return seen
}

const found = {
  uid: process.getuid?.(),
  privileges: lab.privileges,
  open: await status(),
  legacy: await behind('source', 'legacy'),
  nft: await behind('source', 'nft'),
  router: await behind('router', 'nft'),
}
process.stdout.write(`${JSON.stringify(found)}\n`)
