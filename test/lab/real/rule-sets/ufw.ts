import type {RealRuleSet} from '../real-rule-set.ts'

const ufw = (
  name: string,
  commands: readonly string[],
  backend: 'legacy' | 'nft' = 'nft',
  more: Partial<RealRuleSet> = {},
): RealRuleSet => ({
  name: `ufw-${name}`,
  needs: ['ufw'],
  load: async source => {
    await source.firewall.use(backend)
    await source.must(['ufw', '--force', 'enable'])
    for (const command of commands) await source.must(['ufw', ...command.split(' ')])
  },
  ...more,
})

/** Made by ufw itself. */
export const UFW: readonly RealRuleSet[] = [
  ufw('default', []),
  ufw('deny-outgoing', ['default deny outgoing', 'allow out 53', 'allow in 22/tcp']),
  ufw('deny-outgoing-open', [
    'default deny outgoing',
    'allow out 53',
    'allow out 443/tcp',
    'allow out proto tcp to 10.20.0.0/16 port 1500',
  ]),
  ufw('deny-out-443', ['deny out 443']),
  ufw('deny-out-443-legacy', ['deny out 443'], 'legacy'),
  ufw('reject-outgoing', ['default reject outgoing', 'allow out 53']),
  ufw('reject-out-1500', ['reject out 1500/tcp']),
  ufw('deny-out-subnet', ['deny out to 10.20.0.0/16', 'insert 1 allow out to 10.20.0.0/24']),
  ufw('limit-out-443', ['limit out 443/tcp'], 'nft', {
    undecided: ['52.95.110.1 443', '10.20.0.10 443'],
  }),
  ufw('interface', ['deny out on eth0 to any port 1500 proto tcp', 'allow out on eth1']),
]
