import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {insertRule} from '../../../../src/firewall/iptables/edit.ts'
import {parseSave} from '../../../../src/firewall/iptables/save.ts'
import {placeInFile} from '../../../../src/firewall/plan/iptables/place-in-file.ts'
import type {Place} from '../../../../src/firewall/plan/places.ts'
import {save} from '../situations.ts'

const NEW = '-A OUTPUT -p tcp -m tcp --dport 443 -m comment --comment "drs-onboard:x" -j ACCEPT'

/** The file with the new rule, or why there is no place for it. */
function edited(loaded: string, file: string, place: Place, table = 'filter'): string {
  const line = placeInFile(parseSave(loaded), file, table, place)
  if ('unclear' in line) return line.unclear
  return file
    .split('\n')
    .toSpliced(line.before - 1, 0, NEW)
    .join('\n')
}

const above = (number: number, chain = 'OUTPUT'): Place => ({chain, number})
const END: Place = {chain: 'OUTPUT', number: 'end'}

const LO = '-A OUTPUT -o lo -j ACCEPT'
const SSH = '-A OUTPUT -p tcp -m tcp --dport 22 -j ACCEPT'
const REJECT = '-A OUTPUT -j REJECT --reject-with icmp-port-unreachable'
const BAN = '-A OUTPUT -p tcp -j f2b-egress'

const filter = (...lines: readonly string[]) => save({filter: lines})

describe('placeInFile', () => {
  it.each<[string, string, string, Place, string]>([
    [
      'the same rules',
      filter(LO, SSH, REJECT),
      filter(LO, SSH, REJECT),
      above(3),
      filter(LO, SSH, NEW, REJECT),
    ],
    [
      'rules in front that others have added since',
      filter(BAN, LO, REJECT),
      filter(LO, REJECT),
      above(3),
      filter(LO, NEW, REJECT),
    ],
    [
      'a blocker that others have added, in the midst',
      filter(LO, BAN, SSH),
      filter(LO, SSH),
      above(2),
      filter(LO, NEW, SSH),
    ],
    ['a blocker that others have added, last', filter(LO, BAN), filter(LO), above(2), filter(LO, NEW)],
    ['a blocker that others have added to nothing', filter(BAN), filter(), above(1), filter(NEW)],
    [
      'rules of the file that somebody has removed since',
      filter(LO, REJECT),
      filter(LO, SSH, REJECT),
      above(2),
      filter(LO, SSH, NEW, REJECT),
    ],
    [
      'the policy',
      filter(':OUTPUT DROP', LO, SSH),
      filter(':OUTPUT DROP', LO, SSH),
      END,
      filter(':OUTPUT DROP', LO, SSH, NEW),
    ],
    [
      'the policy of an empty chain',
      filter(':OUTPUT DROP'),
      filter(':OUTPUT DROP'),
      END,
      filter(':OUTPUT DROP', NEW),
    ],
    [
      'rules that are written otherwise',
      filter(LO, SSH, REJECT),
      '# my rules\n*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT [0:0]\n[3:120] --append OUTPUT --out-interface lo -j ACCEPT\n\n-A OUTPUT --dport 22 -p tcp  --jump ACCEPT\n-A OUTPUT -j REJECT\nCOMMIT\n',
      above(3),
      `# my rules\n*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT [0:0]\n[3:120] --append OUTPUT --out-interface lo -j ACCEPT\n\n-A OUTPUT --dport 22 -p tcp  --jump ACCEPT\n${NEW}\n-A OUTPUT -j REJECT\nCOMMIT\n`,
    ],
    [
      'chains that are not each apart',
      filter('-A INPUT -i lo -j ACCEPT', LO, '-A INPUT -j DROP', REJECT),
      filter('-A INPUT -i lo -j ACCEPT', LO, '-A INPUT -j DROP', REJECT),
      above(2),
      filter('-A INPUT -i lo -j ACCEPT', LO, '-A INPUT -j DROP', NEW, REJECT),
    ],
  ])('%s', (_, loaded, file, place, expected) => {
    expect(edited(loaded, file, place)).toBe(expected)
  })

  it('finds the table among others', () => {
    const tables = save({mangle: ['-A OUTPUT -j DROP'], filter: [REJECT]})
    expect(edited(tables, tables, above(1), 'mangle')).toBe(
      save({mangle: [NEW, '-A OUTPUT -j DROP'], filter: [REJECT]}),
    )
    expect(edited(tables, tables, above(1))).toBe(
      save({mangle: ['-A OUTPUT -j DROP'], filter: [NEW, REJECT]}),
    )
  })

  it.each<[string, string, string, Place, RegExp]>([
    [
      'the other order',
      filter(LO, SSH, REJECT),
      filter(REJECT, LO, SSH),
      above(3),
      /differ from the loaded rules/,
    ],
    [
      'a rule that nobody has loaded, where the blocker is not found',
      filter(LO, BAN, SSH),
      filter(LO, '-A OUTPUT -p tcp --dport https -j DROP', SSH),
      above(2),
      /differ from the loaded rules/,
    ],
    [
      'a rule that nobody has loaded, at the end',
      filter(LO),
      filter(LO, REJECT),
      END,
      /differ from the loaded rules/,
    ],
    ['another table', filter(LO), save({mangle: []}), above(1), /no table filter/],
    ['another chain', filter(':MINE -', '-A MINE -j DROP'), filter(), above(1, 'MINE'), /no chain MINE/],
    ['the table twice', filter(LO), filter(LO) + filter(LO), above(1), /more than once/],
    ['no COMMIT', filter(LO), filter(LO).replace('COMMIT', ''), above(1), /is cut off/],
    [
      'lines that change the order',
      filter(LO),
      filter(LO, '-I OUTPUT -j DROP'),
      above(1),
      /line 6 cannot be read/,
    ],
    ['nothing', filter(LO), '', above(1), /no table filter/],
  ])('does not guess: %s', (_, loaded, file, place, why) => {
    expect(edited(loaded, file, place)).toMatch(why)
  })

  it('edits a file that holds just what is loaded as the kernel is edited', () => {
    const rule = fc.constantFrom(LO, SSH, REJECT, BAN, '-A INPUT -i lo -j ACCEPT', '-A INPUT -j DROP')
    fc.assert(
      fc.property(fc.uniqueArray(rule, {maxLength: 6}), fc.nat(), (rules, at) => {
        const text = filter(...rules)
        const count = rules.filter(line => line.startsWith('-A OUTPUT')).length
        const number = (at % (count + 1)) + 1
        const place = number > count ? END : above(number)
        const expected = insertRule(text, 'filter', 'OUTPUT', number, NEW)
        // Rules of other chains may stand between: only the order within a chain has a meaning.
        const inChains = (save: string) =>
          ['INPUT', 'OUTPUT'].map(chain => save.split('\n').filter(line => line.startsWith(`-A ${chain}`)))
        expect(inChains(edited(text, text, place))).toEqual(inChains(expected))
      }),
    )
  })
})
