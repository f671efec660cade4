import {expect} from 'vitest'
import type {Preview} from '../../../src/contract/remedy.ts'
import type {Report} from '../../../src/report/report.ts'

/** What a repair was said to change before it was made, held against what it has changed: no line more, none less. */
export function expectPreviewed(
  {plan, applied}: Report,
  start: readonly string[],
  repaired: readonly string[],
): void {
  // A remedy that another one makes needless is planned, and not done.
  const done = plan.remedies.filter(({id}) => applied.some(({remedy}) => remedy === id))
  const previews = done.flatMap(({preview = []}) => preview)
  expect(previews).not.toEqual([])
  const [before, now] = [sectionsOf(start), sectionsOf(repaired)]
  for (const dump of IPTABLES_DUMPS) {
    const own = previews.filter(({of}) => of.endsWith(`(${dump.engine}, ${dump.family})`))
    const title = `== ${dump.program}`
    expect(missingIn(before.get(title), now.get(title)), title).toEqual(signed(own, '+'))
    expect(missingIn(now.get(title), before.get(title)), title).toEqual(signed(own, '-'))
  }
  const rest = previews.filter(({of}) => !/^chain .* \(iptables-/.test(of))
  // The tables of iptables-nft stand there as well, in nft's words.
  expect(missingIn(start, repaired)).toEqual(expect.arrayContaining([...signed(rest, '+')]))
  expect(missingIn(repaired, start)).toEqual(expect.arrayContaining([...signed(rest, '-')]))
}

const IPTABLES_DUMPS = [
  {program: 'iptables-legacy-save', engine: 'iptables-legacy', family: 'ip'},
  {program: 'ip6tables-legacy-save', engine: 'iptables-legacy', family: 'ip6'},
  {program: 'iptables-nft-save', engine: 'iptables-nft', family: 'ip'},
  {program: 'ip6tables-nft-save', engine: 'iptables-nft', family: 'ip6'},
] as const

/** The parts of what `LabFirewall.save` tells, by their first line. */
function sectionsOf([dumps = '']: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sections = dumps.split(/^(?=== )/m).map((section): [string, string[]] => {
    const [title = '', ...lines] = section.split('\n')
    return [title, lines]
  })
  return new Map(sections)
}

/** The rules and policies of some texts that others lack, each as often as it is missing, sorted. */
function missingIn(others: readonly string[] = [], texts: readonly string[] = []): readonly string[] {
  const left = linesOf(others)
  const missing = linesOf(texts).filter(line => {
    const at = left.indexOf(line)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return missing.toSorted()
}

function linesOf(texts: readonly string[]): string[] {
  return texts
    .flatMap(text => text.split('\n'))
    .map(line => line.trim().replace(/^:(\S+) (ACCEPT|DROP) \[0:0\]$/, '-P $1 $2'))
    .filter(line => line !== '')
}

function signed(previews: readonly Preview[], sign: '+' | '-'): readonly string[] {
  const lines = previews.flatMap(({lines}) => lines.filter(line => line.startsWith(sign)))
  return lines.map(line => line.slice(1).trim()).toSorted()
}
