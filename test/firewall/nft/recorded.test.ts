import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import type {Judgement, Probe} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {type LinuxFirewallState, linuxFirewallState} from '../../../src/firewall/state/state.ts'
import {LINKS} from '../../lab/fuzz/world.ts'

/** `seen`: allow, block, or block after the handshake. */
type Measured = Probe & {readonly seen: string}

const SINGLE = 'single-rules.json'

const DIRECTORY = join(import.meta.dirname, 'fixtures')

function read(file: string) {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))
}

/** A reject may arrive before the program has seen its connection open. */
function agrees({verdict, stage, how}: Judgement, seen: string): boolean {
  if (verdict !== 'block') return verdict === seen
  const opens = stage === 'out-data' || stage === 'in-data'
  if (how === 'reject' && opens) return seen !== 'allow'
  return seen === (opens ? 'block after the handshake' : 'block')
}

function disagreements(state: LinuxFirewallState, measured: readonly Measured[]): string[] {
  const firewall = compileFirewall(state)
  return measured.flatMap(({seen, ...probe}) => {
    const judgement = firewall.judge(probe)
    if (agrees(judgement, seen)) return []
    return [`${JSON.stringify(probe)}: ${seen}, judged ${judgement.verdict}: ${judgement.reason}`]
  })
}

/** Every peer was a neighbour for good where they were recorded. */
const INTRODUCED: Pick<LinuxFirewallState, 'neighbours' | 'links'> = {
  neighbours: LINKS.flatMap(({name, peer, morePeers}) =>
    [...peer, ...morePeers].map(address => `${address.replace(/\/.*/, '')} dev ${name} PERMANENT`),
  ),
  links: [],
}

const parse = (state: unknown): LinuxFirewallState => ({...linuxFirewallState.parse(state), ...INTRODUCED})

/** As captured, and with one of the two forms lost in various ways. */
function forms(state: LinuxFirewallState): readonly (readonly [string, LinuxFirewallState])[] {
  const cut = state.nftJson?.slice(0, -40) ?? null
  return [
    ['JSON and text', state],
    ['JSON', {...state, nftText: null}],
    ['text', {...state, nftJson: null}],
    ['text, the JSON being cut off', {...state, nftJson: cut}],
  ]
}

/** The JSON of nft 1.0.6 names neither the device of an egress chain nor the flags of a table. */
const LACKING_IN_JSON = new Set(['devices.json', 'dormant.json'])

/** Rule sets as nft 1.0.6 printed them, with what the kernel did to real connections (`record.ts`). */
describe.each(readdirSync(DIRECTORY).filter(file => file !== SINGLE))('%s', file => {
  const {state, measured} = read(join('fixtures', file))
  const usable = forms(parse(state)).filter(([form]) => form !== 'JSON' || !LACKING_IN_JSON.has(file))

  test.each(usable)('%s: judged as the kernel does', (_, captured) => {
    expect(disagreements(captured, measured)).toEqual([])
  })
})

describe('an egress chain whose device is not known', () => {
  const {state} = read('fixtures/devices.json')

  test('may be on any device', () => {
    const firewall = compileFirewall({...parse(state), nftText: null})
    expect(firewall.judge({to: '10.9.0.1', port: 1500}).verdict).toBe('unknown')
    expect(firewall.judge({to: '10.9.0.1', port: 80}).verdict).toBe('allow')
  })
})

/** What these ask for depends on more than is known of the probe, such as a listener's owner or all status bits. */
const MAY_BE_UNKNOWN = /skuid|skgid|ct status !=|dport & 0xff/

const LETTERS: Readonly<Record<string, string>> = {a: 'allow', b: 'block', h: 'block after the handshake'}

describe('single rules', () => {
  const {state, probes, singles} = read(join('fixtures', SINGLE))

  for (const {hook, priority, rule, nftJson, nftText, seen} of singles) {
    const measured = (probes as Probe[]).map((probe, index) => ({...probe, seen: LETTERS[seen[index]] ?? ''}))
    test.each(forms(parse({...state, nftJson, nftText})))(
      `${hook} ${priority}: ${rule} (%s)`,
      (_, captured) => {
        const found = disagreements(captured, measured)
        const wrong = MAY_BE_UNKNOWN.test(rule) ? found.filter(one => !one.includes('judged unknown')) : found
        expect(wrong).toEqual([])
      },
    )
  }
})
