import {execFileSync, spawnSync} from 'node:child_process'
import {readdirSync, writeFileSync} from 'node:fs'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {capture, readChanging, readSurroundings} from './capture.ts'
import {clearRules} from './clear.ts'
import {type Counters, readCounters} from './counters.ts'
import {serveEcho} from './echo.ts'
import type {Family, FuzzCase} from './generate-case.ts'
import {SETS} from './iptables/sets.ts'
import type {Privileges} from './namespace.ts'
import {estrange, introduce} from './neighbours.ts'
import {PLAIN, setPolicyRouting} from './policy-routing.ts'
import {type FuzzProbe, type Measured, measure, ProberProcess} from './probe.ts'
import {startQueueReaders} from './queue-readers.ts'
import type {RuleSource} from './rule-source.ts'
import {buildWorld, OTHER_USERS, OWN_ADDRESSES} from './world.ts'

/** What a rule set is tried in. */
export type Situation = Pick<FuzzCase, 'strangers' | 'routing'>

export type Harness = {
  /**
   * Replaces all rules; null when the kernel takes them, else what it says. A situation that is not
   * given is the plain one.
   */
  load(sources: readonly RuleSource[], family: Family, situation?: Situation): string | null
  capture(): LinuxFirewallState
  /** Strangers are strangers again. */
  forgetNeighbours(): void
  /** Makes one connection and sends a byte. */
  ask(probe: FuzzProbe, timeoutMs: number): Promise<Measured>
  /** Every rule that counts, as text of its place. Null when they cannot be read. */
  counters(family: Family): Counters | null
  /** Whether there is a user other than root to connect as. */
  readonly hasOtherUser: boolean
  stop(): void
}

/** A host with two links to a peer, in the network namespace of this process, which has to be one of its own. */
export async function startHarness(privileges: Privileges): Promise<Harness> {
  const peer = await buildWorld()
  const {pid: peerPid} = peer
  if (peerPid === undefined) throw new Error('the peer did not start')
  await serveEcho(OWN_ADDRESSES)
  const others = new Map<number, ProberProcess>()
  if (privileges === 'root')
    for (const {uid, groups} of OTHER_USERS) others.set(uid, await ProberProcess.start(uid, groups))
  execFileSync('ipset', ['restore'], {input: SETS})
  const readers = await startQueueReaders()
  let surroundings = await readSurroundings()
  let estranged: Family | null = null
  forgetConnectionsSoon()

  /** What earlier connections send again would be counted by the rules of later ones. */
  const endConnections = () => {
    const kill = ['--kill', '--tcp', '--no-header', 'state', 'connected']
    spawnSync('ss', kill)
    spawnSync('nsenter', ['--target', String(peer.pid), '--net', 'ss', ...kill])
  }

  return {
    load(sources, family, {strangers, routing} = {strangers: false, routing: PLAIN}) {
      clearRules()
      execFileSync('ipset', ['restore', '-exist'], {input: `flush\n${SETS}`})
      endConnections()
      if (estranged !== null && (!strangers || estranged !== family)) introduce(peerPid)
      estranged = strangers ? family : null
      const complaint = setPolicyRouting(family, routing)
      if (complaint !== null) return complaint
      for (const source of sources) {
        const {status, stderr} = loadOne(source, family)
        if (status !== 0) return stderr.trim()
      }
      if (strangers) estrange(peerPid, family)
      surroundings = {...surroundings, ...readChanging(surroundings)}
      return null
    },
    capture: () => capture(surroundings),
    forgetNeighbours() {
      if (estranged !== null) estrange(peerPid, estranged)
    },
    ask: (probe, timeoutMs) => others.get(probe.uid)?.measure(probe, timeoutMs) ?? measure(probe, timeoutMs),
    counters: readCounters,
    hasOtherUser: others.size > 0,
    stop() {
      for (const other of others.values()) other.stop()
      for (const reader of readers) reader.kill()
      peer.kill()
    },
  }
}

/**
 * Ports come round after some thousand connections. One that meets what is left in connection tracking of another is
 * no new one, whatever the rules are by then.
 */
function forgetConnectionsSoon(): void {
  // Loads connection tracking, which brings the settings.
  execFileSync('nft', ['add table ip t; add chain ip t c; add rule ip t c ct state new'])
  execFileSync('nft', ['delete', 'table', 'ip', 't'])
  for (const name of readdirSync(SETTINGS).filter(one => /^nf_conntrack_(?:tcp|udp)_timeout/.test(one)))
    writeFileSync(`${SETTINGS}/${name}`, '10')
}

const SETTINGS = '/proc/sys/net/netfilter'

function loadOne({language, text}: RuleSource, family: Family) {
  const [command, args] =
    language === 'native'
      ? ['nft', ['-f', '-']]
      : [`${family === 4 ? 'iptables' : 'ip6tables'}-${language}-restore`, []]
  return spawnSync(command, args, {input: text, encoding: 'utf8'})
}
