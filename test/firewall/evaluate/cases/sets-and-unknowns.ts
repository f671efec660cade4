import type {Case} from '../../host.ts'

const sets = `create ips hash:ip family inet hashsize 1024 maxelem 65536 timeout 0
add ips 52.95.110.1 timeout 0
create nets hash:net family inet
add nets 52.0.0.0/8
add nets 52.95.0.0/16 nomatch
add nets 52.95.110.0/24 comment "back in"
create outer hash:net family inet
add outer 52.0.0.0/8
add outer 52.95.110.0/24 nomatch
create ipport hash:ip,port family inet
add ipport 52.95.110.1,tcp:443
add ipport 52.95.110.1,udp:1500
create netport hash:net,port family inet
add netport 52.95.0.0/16,tcp:443
add netport 52.95.110.0/24,tcp:443 nomatch
create triple hash:ip,port,ip family inet
add triple 10.9.0.2,tcp:443,52.95.110.1
create ports bitmap:port range 0-65535
add ports 443
create map bitmap:ip range 10.9.0.0/24
add map 10.9.0.2
create wide hash:ip family inet netmask 16
add wide 52.95.0.0
create six hash:ip family inet6
add six 2001:db8::5
create all list:set size 8
add all six
add all ips
create link hash:net,iface family inet
add link 52.95.0.0/16,eth0
create empty hash:ip family inet
create broken hash:ip family inet
add broken not-an-address
create macs hash:mac
add macs 01:02:03:04:05:06
`

const drop = (match: string) => `-A OUTPUT -m set ${match} -j DROP`
const BLOCKED = 'block out-syn filter OUTPUT 1'

/** Sets, and everything that cannot be decided. */
export const SET_AND_UNKNOWN_CASES: readonly Case[] = [
  [drop('--match-set ips dst'), BLOCKED, {sets}],
  [drop('--match-set ips dst'), 'allow', {sets, to: '52.95.110.2'}],
  [drop('--match-set ips src'), 'allow', {sets}],
  [drop('! --match-set ips dst'), 'allow', {sets}],
  [drop('! --match-set empty dst'), BLOCKED, {sets}],
  [drop('--match-set nets dst'), BLOCKED, {sets}],
  [drop('--match-set nets dst'), 'allow', {sets, to: '52.95.111.1'}],
  [drop('--match-set nets dst'), BLOCKED, {sets, to: '52.1.2.3'}],
  [drop('--match-set outer dst'), 'allow', {sets}],
  [drop('--match-set outer dst'), BLOCKED, {sets, to: '52.95.111.255'}],
  [drop('--match-set ipport dst,dst'), BLOCKED, {sets}],
  [drop('--match-set ipport dst,dst'), 'allow', {sets, port: 1500}],
  [drop('--match-set ipport dst,src'), 'allow', {sets}],
  [drop('--match-set ipport dst'), 'allow', {sets}],
  [drop('--match-set netport dst,dst'), 'allow', {sets}],
  [drop('--match-set netport dst,dst'), BLOCKED, {sets, to: '52.95.1.1'}],
  [drop('--match-set triple src,dst,dst'), BLOCKED, {sets}],
  [drop('--match-set triple dst,dst,src'), 'allow', {sets}],
  [drop('--match-set ports dst'), BLOCKED, {sets}],
  [drop('--match-set ports dst'), 'allow', {sets, port: 1500}],
  [drop('--match-set map src'), BLOCKED, {sets}],
  [drop('--match-set wide dst'), BLOCKED, {sets}],
  [drop('--match-set wide dst'), 'allow', {sets, to: '52.96.0.0'}],
  [drop('--match-set six dst'), 'allow', {sets}],
  [drop('--match-set six dst'), BLOCKED, {sets, to: '2001:db8::5'}],
  [drop('--match-set all dst'), BLOCKED, {sets}],
  [drop('--match-set all dst'), BLOCKED, {sets, to: '2001:db8::5'}],
  [drop('--match-set link dst,dst'), BLOCKED, {sets}],
  [drop('--match-set link dst,src'), 'allow', {sets}],
  [drop('--match-set missing dst'), 'unknown', {sets}],
  [drop('--match-set broken dst'), 'unknown', {sets}],
  [drop('--match-set macs dst'), 'unknown', {sets}],
  [drop('--match-set ips dst --packets-gt 3'), 'unknown', {sets}],
  [drop('--match-set ips dst --return-nomatch'), 'unknown', {sets}],
  ['-A OUTPUT -j SET --add-set ips dst\n-A OUTPUT -m set --match-set ips dst -j DROP', 'unknown', {sets}],
  // Matches that depend on rates, counters or the payload.
  ['-A OUTPUT -m limit --limit 5/min -j ACCEPT\n-A OUTPUT -j DROP', 'unknown'],
  ['-A OUTPUT -m limit --limit 5/min -j ACCEPT', 'allow'],
  ['-A OUTPUT -m limit --limit 5/min -j LOG\n-A OUTPUT -j DROP', 'block out-syn filter OUTPUT 2'],
  ['-A OUTPUT -m limit --limit 5/min -j DROP\n-A OUTPUT -j DROP', 'block out-syn filter OUTPUT 2'],
  ['-A OUTPUT -m limit --limit 5/min -j U\n-A U -j LOG\n-A U -j RETURN', 'allow'],
  ['-A OUTPUT -m limit --limit 5/min -j U\n-A U -j DROP', 'unknown'],
  ['-A OUTPUT -d 10.0.0.0/8 -m limit --limit 5/min -j DROP', 'allow'],
  ['-A OUTPUT -m hashlimit --hashlimit-upto 5/min --hashlimit-name x -j DROP', 'unknown'],
  ['-A OUTPUT -m recent --rcheck --seconds 60 --name bad --rsource -j DROP', 'unknown'],
  ['-A OUTPUT -m statistic --mode nth --every 2 --packet 0 -j DROP', 'unknown'],
  ['-A OUTPUT -m connlimit --connlimit-above 10 -j REJECT', 'unknown'],
  ['-A OUTPUT -m quota --quota 1000 -j ACCEPT\n-A OUTPUT -j DROP', 'unknown'],
  ['-A OUTPUT -m cgroup --path user.slice -j DROP', 'unknown'],
  ['-A OUTPUT -m no-such-match --whatever 3 -j DROP', 'unknown'],
  ['-A OUTPUT -p udp -m no-such-match --whatever 3 -j DROP', 'allow'],
  ['-A OUTPUT -m u32 --u32 "0x0=0x1" -j DROP', 'unknown'],
  ['-A OUTPUT -m string --string "amazonaws" --algo bm -j DROP', 'allow'],
  [
    ':OUTPUT DROP\n-A OUTPUT -m string --string "amazonaws" --algo bm -j ACCEPT',
    'block out-syn filter OUTPUT policy',
  ],
  ['-A OUTPUT -m length --length 0:30 -j DROP', 'allow'],
  ['-A OUTPUT -m length --length 20:65535 -j DROP', BLOCKED],
  ['-A OUTPUT -m length --length 1000:65535 -j DROP', 'allow'],
  ['-A OUTPUT -m pkttype --pkt-type broadcast -j DROP', 'allow'],
  ['-A INPUT -m mac --mac-source 00:11:22:33:44:55 -j DROP', 'unknown'],
  ['*raw\n-A PREROUTING -m rpfilter --invert -j DROP', 'allow'],
  ['-A OUTPUT -m physdev --physdev-is-bridged -j DROP', 'allow'],
  ['-A OUTPUT -m time --timestart 08:00 --timestop 18:00 -j DROP', BLOCKED],
  ['-A OUTPUT -m time --timestart 18:00 --timestop 08:00 -j DROP', 'allow'],
  ['-A OUTPUT -m time --weekdays Sat,Sun -j DROP', 'allow'],
  ['-A OUTPUT -m time --weekdays Wed -j DROP', BLOCKED],
  ['-A OUTPUT -m time --timestart 08:00 --timestop 18:00 --kerneltz -j DROP', 'unknown'],
  // Targets that nobody can foresee.
  ['-A OUTPUT -j NFQUEUE --queue-num 0', 'unknown'],
  ['-A OUTPUT -j NFQUEUE --queue-num 0 --queue-bypass', 'unknown'],
  ['-A OUTPUT -j NFQUEUE --queue-num 0\n-A OUTPUT -j DROP', 'unknown'],
  ['-A OUTPUT -j SYNPROXY --mss 1460', 'unknown'],
  ['-A OUTPUT -j NO_SUCH_TARGET --x 1', 'unknown'],
  ['-A OUTPUT -p udp -j NO_SUCH_TARGET', 'allow'],
  ['-A OUTPUT -j NO_SUCH_TARGET\n*security\n:OUTPUT DROP', 'block out-syn security OUTPUT policy'],
  ['-A OUTPUT -j ACCEPT\n-A OUTPUT -j NO_SUCH_TARGET', 'allow'],
  ['-A OUTPUT -j A\n-A A -j B\n-A B -j A', 'unknown'],
  ['-A OUTPUT -j A\n-A A -j A', 'unknown'],
  ['-A OUTPUT -m comment --comment "unfinished -j DROP', 'unknown'],
  ['-A OUTPUT -m comment --comment "-j DROP ! -d" -j ACCEPT', 'allow'],
  ['-A OUTPUT -m comment --comment "say \\"no\\" it\\\'s" -j DROP', BLOCKED],
  ['[12:720] -A OUTPUT -p tcp -j DROP', BLOCKED],
]
