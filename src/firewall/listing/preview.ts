import type {Preview} from '../../contract/remedy.ts'
import {unifiedDiff} from '../../lib/unified-diff.ts'
import type {FirewallState, LinuxFirewallState} from '../state/state.ts'
import {splitRule} from '../windows/fields.ts'
import {parseOsVersion} from '../windows/os-version.ts'
import {readRule} from '../windows/rule.ts'
import type {WindowsFirewallState} from '../windows/state.ts'
import {chainsOfNft, chainsOfSave, DUMPS, describeChain, type ListedChain} from './chains.ts'

/** The comment of a rule that is planned, before it is known which remedy it belongs to. */
const PLANNED = '"drs-onboard:"'

/**
 * What changes lead from one state to the next, chain by chain: a unified diff for each chain that they touch.
 *
 * @param states before all changes, and after each of them
 * @param comments what the rules of each change will carry
 */
export function previewChanges(
  states: readonly FirewallState[],
  comments: readonly string[],
): readonly Preview[] {
  const [before, after] = [states[0], states.at(-1)]
  if (before?.platform === 'win32' && after?.platform === 'win32') return previewWindows(before, after)
  const linux = states.filter(state => state.platform === 'linux')
  const [first, last] = [linux[0], linux.at(-1)]
  if (!first || !last) return []
  const named = namesFor(linux, comments)
  const chains = changedChains(first, last)
  const present = new Map(chains.before.map(chain => [describeChain(chain), chain]))
  const touched = new Map([...chains.before, ...chains.after].map(chain => [describeChain(chain), chain]))
  const now = new Map(chains.after.map(chain => [describeChain(chain), chain]))
  return [...touched.keys()].flatMap(of => {
    const lines = unifiedDiff(textsOf(present.get(of)), textsOf(now.get(of)))
    return lines.length === 0 ? [] : [{of, lines: lines.map(line => named(of, line))}]
  })
}

function textsOf(chain: ListedChain | undefined): readonly string[] {
  return chain?.lines.map(({text}) => text) ?? []
}

type Chains = {readonly before: readonly ListedChain[]; readonly after: readonly ListedChain[]}

/** The chains of those dumps that differ. */
function changedChains(before: LinuxFirewallState, after: LinuxFirewallState): Chains {
  const dumps = DUMPS.filter(({field}) => before[field] !== after[field])
  const ofSaves = (state: LinuxFirewallState) => dumps.flatMap(dump => chainsOfSave(state, dump))
  const inNft = before.nftJson !== after.nftJson || before.nftText !== after.nftText
  const all = (state: LinuxFirewallState) => [...ofSaves(state), ...(inNft ? chainsOfNft(state) : [])]
  return {before: all(before), after: all(after)}
}

/** Gives the planned rules the comments that they will carry: those of a chain in the order of the changes. */
function namesFor(states: readonly LinuxFirewallState[], comments: readonly string[]) {
  const waiting = new Map<string, string[]>()
  for (const [index, comment] of comments.entries()) {
    const [earlier, later] = [states[index], states[index + 1]]
    if (!earlier || !later) continue
    for (const key of addedBy(changedChains(earlier, later))) {
      waiting.set(key, [...(waiting.get(key) ?? []), comment])
    }
  }
  return (of: string, line: string) => {
    const comment = line.includes(PLANNED) ? waiting.get(keyOf(of, line.slice(1)))?.shift() : undefined
    return comment === undefined ? line : line.replace(PLANNED, `"${comment}"`)
  }
}

const keyOf = (of: string, text: string) => `${of}\n${text}`

/** The planned rules that one change adds, by chain and text. */
function addedBy({before, after}: Chains): readonly string[] {
  const left = before.flatMap(plannedIn)
  return after.flatMap(plannedIn).filter(key => {
    const at = left.indexOf(key)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

function plannedIn(chain: ListedChain): readonly string[] {
  return chain.lines.flatMap(({text}) => (text.includes(PLANNED) ? [keyOf(describeChain(chain), text)] : []))
}

/** Windows keeps rules one by one, without an order; each that changes is shown field by field. */
function previewWindows(before: WindowsFirewallState, after: WindowsFirewallState): readonly Preview[] {
  const [old, now] = [before.rules.local ?? {}, after.rules.local ?? {}]
  const ids = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(id => old[id] !== now[id])
  return ids.map(id => {
    const [from = '', to = ''] = [old[id], now[id]]
    return {
      of: from === '' ? 'a new local rule (Windows Firewall)' : describeRule(before, id, from),
      lines: unifiedDiff(ruleFieldLines(from, to), ruleFieldLines(to, from)),
    }
  })
}

function describeRule({osVersion}: WindowsFirewallState, id: string, text: string): string {
  const {name} = readRule(id, 'local', text, parseOsVersion(osVersion))
  const shown = name === null || name === id || name.startsWith('@') ? '' : ` "${name}"`
  return `local rule ${id}${shown} (Windows Firewall)`
}

/**
 * A rule of Windows Firewall as lines `Name=Value`, sorted, so that two texts of one rule can be compared whatever the
 * order and the case in which they name their fields.
 * @param other another text of the rule; its spelling of a field's name is taken where this one's is in lower case
 */
function ruleFieldLines(text: string, other: string = ''): readonly string[] {
  const spelling = new Map(
    [...namesIn(text), ...namesIn(other)]
      .toSorted((a, b) => Number(a === a.toLowerCase()) - Number(b === b.toLowerCase()))
      .toReversed()
      .map(name => [name.toLowerCase(), name]),
  )
  return splitRule(text)
    .fields.map(({name, value}) => `${spelling.get(name) ?? name}=${value}`)
    .toSorted()
}

function namesIn(text: string): readonly string[] {
  return text.split('|').flatMap(part => /^([^=]+)=/.exec(part)?.[1] ?? [])
}
