import type {Remedy} from '../../../src/contract/remedy.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {canonicalDestination} from '../../../src/firewall/model/destination.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import type {FirewallTools} from '../../../src/firewall/state/tools.ts'
import {describeResult, runCommand, succeeded} from '../../../src/platform/process/command.ts'
import {runChange, takeBack} from '../../../src/repair/run-step.ts'
import {type Need, planRepair} from '../../firewall/plan/planned.ts'
import {ALONE_MS} from './examine.ts'
import {type Engine, type FuzzCase, generateCase, type Wishes} from './generate-case.ts'
import type {Harness} from './harness.ts'
import type {FuzzProbe} from './probe.ts'

export type RepairOptions = Wishes & {
  readonly rulesets: number
  readonly seed: number
  readonly engines: readonly Engine[]
  readonly verbose: boolean
  readonly write: (line: string) => void
}

/** What came of the rule sets that block. */
export type RepairTally = {repaired: number; explained: number; faults: number}

const TOOLS: FirewallTools = {
  'iptables-legacy': {ip: 'iptables-legacy', ip6: 'ip6tables-legacy'},
  'iptables-nft': {ip: 'iptables-nft', ip6: 'ip6tables-nft'},
  nft: 'nft',
}

/** Not this host itself: nobody replicates to that. */
const OWN = new Set(['127.0.0.1', '10.9.0.2', '::1', 'fd09::2'])

/**
 * Loads random rule sets, repairs what the judge says is blocked, and reverts the repair: a byte has to pass then,
 * no other probe's verdict may change, and in the end the rules have to be those of the beginning.
 */
export async function fuzzRepair(harness: Harness, options: RepairOptions): Promise<RepairTally> {
  const tally: RepairTally = {repaired: 0, explained: 0, faults: 0}
  for (let at = 0; at < options.rulesets; at++) {
    const engine = options.engines[at % options.engines.length]
    if (!engine) continue
    const generated = generateCase(options.seed + at, engine, options)
    const probes = generated.probes.map(probe => ({...probe, to: canonicalDestination(probe.to)}))
    const fuzzCase = {...generated, probes}
    if (harness.load(fuzzCase.sources, fuzzCase.family) !== null) continue
    await repairOne(harness, fuzzCase, options, tally)
  }
  return tally
}

async function repairOne(
  harness: Harness,
  fuzzCase: FuzzCase,
  {write, verbose}: RepairOptions,
  tally: RepairTally,
): Promise<void> {
  const state = harness.capture()
  const before = compileFirewall(state)
  const probe = fuzzCase.probes
    .map(one => (harness.hasOtherUser ? one : {...one, uid: 0}))
    .find(
      one =>
        one.protocol === 'tcp' &&
        (one.port === 443 || one.port === 1500) &&
        !OWN.has(one.to) &&
        before.judge(one).verdict === 'block',
    )
  if (!probe) return
  const label = `seed ${fuzzCase.seed} ${fuzzCase.engine} IPv${fuzzCase.family} ${JSON.stringify(probe)}`
  const {remedies, unfixable} = planRepair(state, TOOLS, needOf(probe))
  const [remedy] = remedies
  if (!remedy || unfixable !== null) {
    tally.explained++
    if (verbose) write(`explained ${label}: ${unfixable}`)
    return
  }
  const complaints = [
    ...(await apply(harness, remedy, probe)),
    ...changedVerdicts(state, harness.capture(), fuzzCase, probe),
    ...(await undo(harness, remedy, state)),
  ]
  if (complaints.length === 0) tally.repaired++
  else tally.faults++
  for (const complaint of complaints) write(`FAULT ${label}: ${complaint}\n  ${commandsOf(remedy)}`)
}

function needOf({to, port, uid}: FuzzProbe): Need {
  const common = {to: [to], owners: [{uid}]}
  return port === 443
    ? {...common, check: 'firewall-443', port, destination: null}
    : {...common, check: 'firewall-1500', port, destination: to}
}

async function apply(harness: Harness, remedy: Remedy, probe: FuzzProbe): Promise<string[]> {
  for (const {do: command, input} of remedy.steps) {
    const result = await runChange(command, runCommand, input)
    if (!succeeded(result)) return [describeResult(command, result)]
  }
  const {verdict, reason} = compileFirewall(harness.capture()).judge(probe)
  if (verdict !== 'allow') return [`judged ${verdict} afterwards: ${reason}`]
  const {exchanged} = await harness.ask(probe, ALONE_MS)
  return exchanged ? [] : ['no byte came back afterwards']
}

/** A repair may open its port for other users, 443 for other addresses, and what is translated to what it opens. */
function changedVerdicts(
  state: LinuxFirewallState,
  repaired: LinuxFirewallState,
  {probes, sources}: FuzzCase,
  probe: FuzzProbe,
): string[] {
  const [before, after] = [compileFirewall(state), compileFirewall(repaired)]
  const translates = sources.some(({text}) => /dnat|redirect|DNAT|REDIRECT/.test(text))
  const isMeant = ({to, port, protocol}: FuzzProbe) =>
    translates || (protocol === 'tcp' && port === probe.port && (port === 443 || to === probe.to))
  return probes.flatMap(other => {
    const [was, is] = [before.judge(other).verdict, after.judge(other).verdict]
    const fine = was === is || (isMeant(other) && was !== 'allow')
    return fine ? [] : [`${JSON.stringify(other)} was ${was} and is ${is}`]
  })
}

async function undo(harness: Harness, {steps}: Remedy, state: LinuxFirewallState): Promise<string[]> {
  for (const step of steps.toReversed()) {
    const taken = await takeBack(step, runCommand)
    if (taken.outcome !== 'undone') return [`undo came to ${JSON.stringify(taken)}`]
  }
  const [was, is] = [state, harness.capture()].map(rulesOf)
  return was === is ? [] : [`the rules are others after the undo:\n${was}\n---\n${is}`]
}

/** Counters, and the elements that packets add to sets and delete from them, are no part of the rules. */
function rulesOf(state: LinuxFirewallState): string {
  const {iptablesLegacySave, ip6tablesLegacySave, iptablesNftSave, ip6tablesNftSave, nftText} = state
  return [iptablesLegacySave, ip6tablesLegacySave, iptablesNftSave, ip6tablesNftSave, nftText]
    .join('\n')
    .replace(/^#.*\n/gm, '')
    .replace(/\[\d+:\d+\]/g, '[0:0]')
    .replace(/packets \d+ bytes \d+/g, 'packets 0 bytes 0')
    .replace(/expires \w+/g, 'expires')
    .replace(/(flags [a-z,]*\bdynamic\b[^}]*?)elements = \{[^}]*\}/g, '$1')
}

function commandsOf({steps}: Remedy): string {
  return steps.map(({do: command}) => command.join(' ')).join('\n  ')
}
