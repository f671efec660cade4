import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Probe, Verdict} from '../../../src/contract/judgement.ts'
import {firewallState, type LinuxFirewallState} from '../../../src/firewall/state/state.ts'

/** What is right for one connection, and why it cannot be decided where it cannot. */
export type PublicAnswer = Probe & {
  /** By the state of the fixture. */
  readonly verdict: Verdict
  /** By a capture of today, which holds more; as `verdict` unless given. */
  readonly now?: Verdict
  /** What the kernel did with these rules. Missing: they were not loaded. */
  readonly kernel?: 'allow' | 'block'
  /** For what stays unknown: the reason. */
  readonly why?: string
}

/** A rule set of a public bug report, with what is right for it. */
export type PublicCase = {
  readonly name: string
  readonly what: string
  readonly source: string
  /** For `rules.v4` and `rules.v6`. */
  readonly backend?: 'legacy' | 'nft'
  /** Interfaces that the rules need, besides `lo` and `eth0`. */
  readonly links?: readonly string[]
  /** Verdict and number of a packet queue that a program reads. */
  readonly queue?: readonly [verdict: string, number: string]
  readonly answers: readonly PublicAnswer[]
  /** Files that load the rules, by name, in the order in which they are loaded; none where they are in text only. */
  readonly files: ReadonlyMap<string, string>
}

const DIRECTORY = join(import.meta.dirname, 'fixtures')

/** In this order they are loaded. */
const FILES = ['ipset.save', 'rules.v4', 'rules.v6', 'rules.nft', 'rules2.nft']

export const PUBLIC_CASES: readonly PublicCase[] = readdirSync(DIRECTORY).map(name => {
  const files = FILES.filter(file => existsSync(join(DIRECTORY, name, file)))
  return {
    ...JSON.parse(text(name, 'case.json')),
    name,
    files: new Map(files.map(file => [file, text(name, file)])),
  }
})

function text(name: string, file: string): string {
  return readFileSync(join(DIRECTORY, name, file), 'utf8')
}

export function stateOf({name}: PublicCase): LinuxFirewallState {
  const state = firewallState.parse(JSON.parse(text(name, 'state.json')))
  if (state.platform !== 'linux') throw new Error(`${name} is no state of a Linux host`)
  return state
}
