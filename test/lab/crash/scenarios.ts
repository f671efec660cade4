import type {Lab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {DROPS_443} from '../product/rulesets.ts'

/** A server, and what is done to it while the run is killed. */
export type Scenario = {
  readonly name: string
  /** Brings the server to where it is not repaired, from any state. */
  prepare(lab: Lab): Promise<void>
  /** Repairs it; `undo` reverts that. */
  readonly fix: readonly string[]
  /** Which of the two is killed. */
  readonly killed: 'fix' | 'undo'
}

const TARGETS = ['--region', 'eu-central-1', '--staging-subnet', STAGING.subnet]
const FIX = ['fix', '--yes', ...TARGETS, '--only', 'firewall-443,firewall-1500', '--json', '--quiet']

const RAW_DROPS_443 = `*raw
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p tcp -m tcp --dport 443 -j DROP
COMMIT
`

const NFTABLES_CONF = `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain output {
		type filter hook output priority filter; policy accept;
		tcp dport 22 accept
		tcp dport { 443, 1500 } drop
	}
}
`

const RULES_FILE = '/etc/iptables/rules.v4'
const NFTABLES_FILE = '/etc/nftables.conf'

/** Lets systemd start a service at boot, as far as files tell. */
async function enable({source}: Lab, service: string): Promise<void> {
  const wants = '/etc/systemd/system/multi-user.target.wants'
  await source.must(['mkdir', '-p', wants])
  await source.must(['ln', '-sf', '/dev/null', `${wants}/${service}`])
}

/** Writes a file of rules that has more than its content. */
async function write({source}: Lab, path: string, input: string): Promise<void> {
  const script = 'cat > "$0" && setfattr -n user.origin -v "by hand" "$0" && setfacl -m u:65534:r "$0"'
  await source.must(['sh', '-c', script, path], {input})
}

/** The state directory, and the rules of the tables that the scenarios use, as on a server that was set up just now. */
async function reset({source}: Lab, rules: string): Promise<void> {
  await source.must(['rm', '-rf', '/var/lib/drs-onboard'])
  for (const program of ['iptables-nft-restore', 'iptables-legacy-restore'])
    await source.must([program], {input: EMPTY})
  await source.firewall.restore(rules)
}

const EMPTY =
  '*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n*raw\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n'

const both = (scenario: Omit<Scenario, 'killed'>): readonly Scenario[] => [
  {...scenario, killed: 'fix'},
  {...scenario, killed: 'undo', name: `${scenario.name}, undo`},
]

export const SCENARIOS: readonly Scenario[] = [
  ...both({
    name: 'iptables-nft',
    async prepare(lab) {
      await lab.source.firewall.use('nft')
      await reset(lab, DROPS_443)
    },
    fix: FIX,
  }),
  ...both({
    name: 'iptables-legacy',
    async prepare(lab) {
      await lab.source.firewall.use('legacy')
      await reset(lab, DROPS_443)
    },
    fix: FIX,
  }),
  ...both({
    name: 'lasting in rules.v4',
    async prepare(lab) {
      await enable(lab, 'netfilter-persistent.service')
      await lab.source.must(['mkdir', '-p', '/etc/iptables'])
      await write(lab, RULES_FILE, DROPS_443)
      await lab.source.firewall.use('nft')
      await reset(lab, DROPS_443)
    },
    fix: FIX,
  }),
  ...both({
    name: 'lasting in nftables.conf',
    async prepare(lab) {
      await enable(lab, 'nftables.service')
      await write(lab, NFTABLES_FILE, NFTABLES_CONF)
      await lab.source.must(['rm', '-rf', '/var/lib/drs-onboard'])
      await lab.source.firewall.nft(['-f', NFTABLES_FILE])
    },
    fix: FIX,
  }),
  ...both({
    name: 'disruptive',
    async prepare(lab) {
      await lab.source.firewall.use('nft')
      await reset(lab, RAW_DROPS_443)
    },
    fix: [...FIX, '--allow-disruptive'],
  }),
]

/** Everything that a repair may change: the rules of every engine, and the files from which they are loaded. */
export async function snapshot({source}: Lab): Promise<string> {
  const files = await source.must([
    'sh',
    '-c',
    `for f in /etc/iptables/* /etc/iptables/.[!.]* /etc/nftables.conf* /etc/.nftables* /etc/systemd/system/drs-onboard*; do
       [ -e "$f" ] || continue
       stat -c "%n %a %u %g" "$f"; getfattr --absolute-names -d -m - -e hex "$f"; cat "$f"
     done`,
  ])
  return `${await source.firewall.save()}${files}`
}
