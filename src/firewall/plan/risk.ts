import type {Blocker} from '../../contract/judgement.ts'
import {parseInterval} from '../address.ts'
import {splitWords} from '../iptables/words.ts'
import {liesWithin} from '../within.ts'

/**
 * Whether a rule was written against just these destinations (or some of them): by address, or by a set of
 * addresses. A rule that denies much more, as a final REJECT does, was not; one that hands packets to a program which
 * looks into them (NFQUEUE) was, whatever it asks for.
 * @param way how the packet that the rule stops travels: its far end is the destination, or the source
 * @param sets as `ipset save` prints them
 */
export function forbidsOnPurpose(
  blocker: Blocker,
  way: 'out' | 'in',
  to: readonly string[],
  sets: string,
): boolean {
  if (blocker.rule === 'policy') return false
  const words = (splitWords(blocker.text) ?? []).map(({text}) => text)
  if (words.some((word, index) => word === '-j' && /^(?:NF)?QUEUE$/.test(words[index + 1] ?? ''))) return true
  const options = way === 'out' ? ['-d', '--destination', '--dst'] : ['-s', '--source', '--src']
  const side = way === 'out' ? 'dst' : 'src'
  return words.some((word, index) => {
    const negated = words[index - 1] === '!'
    if (negated) return false
    if (word === '--match-set')
      return (
        (words[index + 2]?.split(',').includes(side) ?? false) && !holdsPorts(sets, words[index + 1] ?? '')
      )
    if (!options.includes(word)) return false
    const denied = parseInterval(words[index + 1] ?? '')
    return denied !== null && to.some(destination => liesWithin(denied, parseInterval(destination)))
  })
}

/** Whether a set holds nothing but ports: a rule that names it is about no address. */
function holdsPorts(sets: string, name: string): boolean {
  return sets.split('\n').some(line => line.startsWith(`create ${name} bitmap:port `))
}
