// Connects to 10.20.0.1:443 under each of several firewall rules and routes; prints the outcomes as JSON.
// Run by connect.test.ts inside namespaces of its own.
import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readlinkSync} from 'node:fs'
import {setTimeout as pause} from 'node:timers/promises'
import {measureDeparture} from '../../../src/platform/network/departure/measure.ts'
import {connectFirst} from '../../../src/platform/network/tcp/connect.ts'

const TARGET = {address: '10.20.0.1', family: 4} as const
const limits = {timeoutMs: 1_500, signal: new AbortController().signal}

const run = (command: string) =>
  execFileSync(command.split(' ')[0] ?? '', command.split(' ').slice(1), {stdio: 'pipe'})

run('ip link set lo up')
// The other end is on another machine: a namespace that lives as long as the process in it.
const elsewhere = spawn('unshare', ['--net', '--', 'sleep', 'infinity'])
await once(elsewhere, 'spawn')
const own = readlinkSync('/proc/self/ns/net')
while (readlinkSync(`/proc/${elsewhere.pid}/ns/net`) === own) await pause(5)
run(`ip link add here type veth peer name there netns ${elsewhere.pid}`)
run('ip address add 10.9.0.2/16 dev here')
run('ip link set here up')
run(`nsenter --target=${elsewhere.pid} --net ip link set there up`)

const outcomes: Record<string, unknown> = {}

async function connect(name: string): Promise<void> {
  const outcome = await connectFirst([TARGET], 443, limits)
  if (outcome.kind === 'connected') throw new Error('connected to nobody')
  const {outcome: how, errno, beforeSending} = outcome.decisive
  outcomes[name] = {outcome: how, errno, beforeSending}
}

await connect('no route')
for (const type of ['blackhole', 'unreachable', 'prohibit']) {
  run(`ip route add ${type} 10.20.0.0/16`)
  await connect(type)
  run(`ip route delete ${type} 10.20.0.0/16`)
}

// A neighbour that never has to be found, so that only the rules decide.
run('ip route add 10.20.0.0/16 dev here')
run('ip neighbour add 10.20.0.1 lladdr 02:00:00:00:00:01 dev here nud permanent')
await connect('silence')
outcomes['silence leaves this host'] = (await measureDeparture(TARGET, 443, {kind: 'silence'}, limits)).kind
for (const rule of [
  'DROP',
  'REJECT --reject-with tcp-reset',
  'REJECT --reject-with icmp-port-unreachable',
  'REJECT --reject-with icmp-net-unreachable',
  'REJECT --reject-with icmp-admin-prohibited',
]) {
  const tcp = rule.includes('tcp-reset') ? '-p tcp ' : ''
  run(`iptables -A OUTPUT ${tcp}-d 10.20.0.1 -j ${rule}`)
  await connect(rule)
  if (rule === 'DROP')
    outcomes['DROP leaves this host'] = (await measureDeparture(TARGET, 443, {kind: 'silence'}, limits)).kind
  run('iptables -F OUTPUT')
}
elsewhere.kill()
process.stdout.write(JSON.stringify(outcomes))
