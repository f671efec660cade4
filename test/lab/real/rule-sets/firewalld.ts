import {startFirewalld} from '../../lib/firewalld.ts'
import type {RealRuleSet} from '../real-rule-set.ts'

type Setup = {
  readonly permanent?: readonly (readonly string[])[]
  readonly runtime?: readonly (readonly string[])[]
  readonly backend?: 'nftables' | 'iptables'
}

const firewalld = (name: string, {permanent = [], runtime = [], backend}: Setup): RealRuleSet => ({
  name: `firewalld-${name}`,
  needs: ['firewall-cmd'],
  load: async source => {
    const configuration = '/etc/firewalld/firewalld.conf'
    if (backend)
      await source.must(['sed', '-i', `s/^FirewallBackend=.*/FirewallBackend=${backend}/`, configuration])
    await startFirewalld(source)
    for (const command of permanent) await source.must(['firewall-cmd', '--permanent', ...command])
    if (permanent.length > 0) await source.must(['firewall-cmd', '--reload'])
    for (const command of runtime) await source.must(['firewall-cmd', ...command])
  },
})

/** A policy for what this host sends to anywhere. */
const outgoing = (...settings: string[]): string[][] => [
  ['--new-policy', 'out'],
  ...['--add-ingress-zone=HOST', '--add-egress-zone=ANY', ...settings].map(one => ['--policy', 'out', one]),
]

const direct = (family: 'ipv4' | 'ipv6', rule: string): string[] => [
  ...['--direct', '--add-rule', family, 'filter', 'OUTPUT', '0'],
  ...rule.split(' '),
]

/** Made by firewalld itself. */
export const FIREWALLD: readonly RealRuleSet[] = [
  firewalld('default', {}),
  firewalld('policy-reject', {permanent: outgoing('--set-target=REJECT', '--add-port=53/udp')}),
  firewalld('policy-drop', {permanent: outgoing('--set-target=DROP', '--add-port=443/tcp')}),
  firewalld('policy-rich-rules', {
    permanent: outgoing(
      '--add-rich-rule=rule priority=-5 family=ipv4 destination address=10.20.0.0/24 port port=1500 protocol=tcp accept',
      '--add-rich-rule=rule family=ipv4 destination address=10.20.0.0/16 port port=1500 protocol=tcp reject',
      '--add-rich-rule=rule family=ipv6 port port=443 protocol=tcp drop',
    ),
  }),
  firewalld('policy-ipset', {
    permanent: [
      ['--new-ipset', 'blocked', '--type=hash:net'],
      ['--ipset', 'blocked', '--add-entry=52.95.0.0/16'],
      ['--ipset', 'blocked', '--add-entry=10.20.7.0/24'],
      ...outgoing('--add-rich-rule=rule family=ipv4 destination ipset=blocked drop'),
    ],
  }),
  firewalld('panic', {runtime: [['--panic-on']]}),
  firewalld('direct-drop', {runtime: [direct('ipv4', '-p tcp --dport 443 -j DROP')]}),
  firewalld('direct-accept-under-policy', {
    permanent: outgoing('--set-target=REJECT'),
    runtime: [direct('ipv4', '-p tcp --dport 443 -j ACCEPT')],
  }),
  firewalld('zone-drop-source', {
    permanent: [
      ['--zone=drop', '--add-source=52.95.0.0/16'],
      ['--zone=public', '--add-rich-rule=rule family=ipv4 source address=10.20.0.0/16 drop'],
    ],
  }),
  firewalld('iptables-backend', {backend: 'iptables'}),
  firewalld('iptables-backend-policy', {
    backend: 'iptables',
    permanent: outgoing('--set-target=REJECT', '--add-port=1500/tcp'),
  }),
]
