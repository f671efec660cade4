/** What a server's ufw was told that blocks, and how it is repaired. */
export type UfwSituation = {
  readonly name: string
  /** Commands of ufw, after a fresh `ufw enable`. */
  readonly commands: readonly string[]
  /** Lines that before.rules starts its rules with, or (`-`) a pattern of those that it lacks. */
  readonly before?: readonly string[]
  readonly before6?: readonly string[]
  /** A command of iptables beside ufw, as an administrator gives it. */
  readonly beside?: readonly string[]
  readonly backend?: 'legacy'
  readonly family?: 6
  readonly port: 443 | 1500
  /** What the repair does, step by step, without the remedy's id. */
  readonly steps: readonly RegExp[]
  readonly risk?: 'disruptive'
  /** What is beside ufw is not ufw's to keep. */
  readonly lasts?: false
}

const DNS = (protocol: string) =>
  new RegExp(
    `^ufw prepend allow out proto ${protocol} to 198\\.51\\.100\\.53(/32)? port 53 comment drs-onboard:`,
  )
const ANY_443 = /^ufw prepend allow out proto tcp to any port 443 comment drs-onboard:/
const ANY_443_AGAIN =
  /^ufw prepend allow out proto tcp from any port 1:65535 to any port 443 comment drs-onboard:/
const SUBNET = /^ufw prepend allow out proto tcp to 10\.20\.0\.0\/16 port 1500 comment drs-onboard:/
const SUBNET_AGAIN =
  /^ufw prepend allow out proto tcp from any port 1:65535 to 10\.20\.0\.0\/16 port 1500 comment drs-onboard:/

const iptables = (place: string, more = '') =>
  new RegExp(`^ip6?tables(-nft|-legacy)? -w 5 -I ${place} -p tcp ${more}.*-j ACCEPT$`)
const FILE = /^sed -i .* \/etc\/ufw\/before6?\.rules$/

export const UFW_SITUATIONS: readonly UfwSituation[] = [
  {
    name: 'default deny outgoing',
    commands: ['default deny outgoing', 'allow out 53', 'allow out 22/tcp'],
    port: 443,
    steps: [ANY_443],
  },
  {
    name: 'default deny outgoing, DNS too',
    commands: ['default deny outgoing', 'allow out 22/tcp'],
    port: 443,
    steps: [DNS('udp'), DNS('tcp'), ANY_443],
  },
  {
    name: 'default reject outgoing, 1500',
    commands: ['default reject outgoing', 'allow out 53'],
    port: 1500,
    steps: [SUBNET],
  },
  {
    name: 'deny out 443/tcp: ufw takes an allow for the same rule',
    commands: ['allow out 53', 'deny out 443/tcp'],
    port: 443,
    steps: [ANY_443_AGAIN],
  },
  {
    name: 'an allow that comes too late',
    commands: ['allow out 53', 'deny out proto tcp from any to any', 'allow out 443/tcp'],
    port: 443,
    steps: [ANY_443_AGAIN],
  },
  {
    name: 'reject out 1500/tcp, with iptables-legacy',
    commands: ['allow out 53', 'reject out 1500/tcp'],
    backend: 'legacy',
    port: 1500,
    steps: [SUBNET],
  },
  {
    name: 'a range of ports',
    commands: ['allow out 53', 'allow out 22/tcp', 'deny out 1024:65535/tcp'],
    port: 1500,
    steps: [SUBNET],
  },
  {
    name: 'deny out to the very subnet',
    commands: ['deny out to 10.20.0.0/16', 'insert 1 allow out to 10.20.0.0/16 port 22 proto tcp'],
    port: 1500,
    steps: [SUBNET],
    risk: 'disruptive',
  },
  {
    name: 'reject of the very subnet and port',
    commands: ['reject out proto tcp to 10.20.0.0/16 port 1500'],
    port: 1500,
    steps: [SUBNET_AGAIN],
    risk: 'disruptive',
  },
  {
    name: 'an interface',
    commands: ['deny out on eth0 to any port 1500 proto tcp'],
    port: 1500,
    steps: [SUBNET],
  },
  {
    name: 'IPv6 only',
    commands: ['deny out proto tcp to ::/0 port 443'],
    family: 6,
    port: 443,
    steps: [ANY_443_AGAIN],
  },
  {
    name: 'a DROP in before.rules',
    commands: [],
    before: ['-A ufw-before-output -p tcp --dport 443 -j DROP'],
    port: 443,
    steps: [iptables('ufw-before-output 1', '--dport 443'), FILE],
  },
  {
    name: 'a DROP in before6.rules, with iptables-legacy',
    commands: [],
    before6: ['-A ufw6-before-output -p tcp --dport 443 -j DROP'],
    backend: 'legacy',
    family: 6,
    port: 443,
    steps: [iptables('ufw6-before-output 1', '--dport 443'), FILE],
  },
  {
    name: 'root alone, in before.rules',
    commands: [],
    before: ['-A ufw-before-output -p tcp --dport 443 -m owner --uid-owner 0 -j REJECT'],
    port: 443,
    steps: [iptables('ufw-before-output 1', '--dport 443'), FILE],
  },
  {
    name: 'half open: what follows the handshake is dropped in before.rules',
    commands: [],
    before: ['-A ufw-before-output -p tcp --dport 1500 -m conntrack --ctstate ESTABLISHED -j DROP'],
    port: 1500,
    steps: [iptables('ufw-before-output 1', '-d 10.20.0.0/16 --dport 1500'), FILE],
  },
  {
    name: 'replies dropped in before.rules',
    commands: [],
    before: ['-A ufw-before-input -p tcp --sport 1500 -j DROP'],
    port: 1500,
    steps: [iptables('ufw-before-input 1', '-s 10.20.0.0/16 --sport 1500 -m conntrack'), FILE],
  },
  {
    name: 'before.rules that knows no replies: the policy of INPUT',
    commands: [],
    before: ['- ufw-before-input .*RELATED,ESTABLISHED'],
    port: 1500,
    steps: [
      /^iptables(-nft)? -w 5 -A ufw-before-input -p tcp -s 10\.20\.0\.0\/16 --sport 1500 -m conntrack --ctstate ESTABLISHED /,
      FILE,
    ],
  },
  {
    name: 'ufw, and a rule of the other engine beside it',
    commands: ['deny out 443/tcp'],
    beside: ['iptables-legacy', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'DROP'],
    port: 443,
    // The last is for IPv6, which the first fixes as well: it is planned, and not done.
    steps: [ANY_443_AGAIN, iptables('OUTPUT 1', '--dport 443'), ANY_443_AGAIN],
    lasts: false,
  },
  {
    name: 'a DROP in raw beside ufw',
    commands: ['default deny outgoing', 'allow out 53'],
    beside: ['iptables', '-t', 'raw', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '1500', '-j', 'DROP'],
    port: 1500,
    steps: [/^iptables(-nft)? -w 5 -t raw -I OUTPUT 1 -p tcp -d 10\.20\.0\.0\/16 /, SUBNET],
    risk: 'disruptive',
    lasts: false,
  },
]
