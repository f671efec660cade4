import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest'
import {fact, type Line} from '../../src/screens/ui/lines.ts'
import {findInLines} from '../../src/screens/ui/search/find-in-lines.ts'
import {goTo, type Size, type Walk, walk} from './walk.tsx'
import {WAYS} from './ways.ts'

describe('findInLines', () => {
  const found = (lines: readonly Line[], columns: number, query: string) => {
    const {rows, matches} = findInLines(lines, columns, query)
    return matches.map(({spans}) =>
      spans.map(
        ({row, span: [from, to]}) =>
          `${row}:${`${rows[row]?.label ?? ''}${rows[row]?.text}`.slice(from, to)}`,
      ),
    )
  }

  test('whatever its case, as often as it is there, and nothing for nothing', () => {
    const lines = [{text: 'One rule drops, another Rule accepts'}, {text: ''}, {text: 'no RULES'}]
    expect(found(lines, 80, 'rule')).toEqual([['0:rule'], ['0:Rule'], ['2:RULE']])
    expect(found(lines, 80, '')).toEqual([])
    expect(found(lines, 80, 'nowhere')).toEqual([])
  })

  test('across the end of a row, where words or a word were broken', () => {
    expect(found([{text: 'chain OUTPUT drops TCP 443', indent: 2}], 15, 'output drops')).toEqual([
      ['0:OUTPUT', '1:drops'],
    ])
    expect(found([{text: 'xxxxxxxxxxneedleyyyyyyyyyy'}], 13, 'needle')).toEqual([['0:nee', '1:dle']])
  })

  test('in a command, which is cut where the row ends', () => {
    const line: Line = {text: 'sudo -E ./init --region eu-west-1 --no-prompt', command: 'posix', indent: 2}
    expect(found([line], 24, './init --region')).toEqual([['0:./init --regio', '1:n']])
  })

  test('in labels, also where one has a row of its own', () => {
    const line = fact('Next step', 'ask the network team to allow it')
    expect(found([line], 80, 'next')).toEqual([['0:Next']])
    expect(found([line], 30, 'next')).toEqual([['0:Next']])
    expect(found([line], 30, 'allow')).toEqual([[expect.stringMatching(/:allow$/)]])
  })

  test.each(['.*', '[', '(', 'a|b', '\\', 'C:\\x', '--', '/', '^$', '{1}', '&&', '\u00E4'])(
    'as it is typed: %s',
    query => {
      expect(found([{text: `before ${query} after`}], 80, query)).toEqual([[`0:${query}`]])
      expect(found([{text: 'nothing of that kind'}], 80, query)).toEqual([])
    },
  )
})

let wizard: Walk

// The first tests show nothing.
beforeAll(() => {
  wizard = walk()
})
afterEach(() => wizard.leave())

const wayTo = (name: string) => {
  const way = WAYS[name]
  if (way === undefined) throw new Error(`no way leads to ${name}`)
  return way
}

const SMALL: Size = {columns: 40, rows: 24}
const USUAL: Size = {columns: 80, rows: 24}

describe.each([SMALL, USUAL])('in a text of $columns columns', size => {
  test('it goes to the first place as it is typed, marks all, and goes on with n and back with N', async () => {
    wizard = await goTo(wayTo('full report'), size)
    const {press, shows} = wizard
    await shows('/ search')
    await press('/', 'row 4')
    await shows('1 of 11', '>>Row 4 of')
    await press('9')
    await shows('1 of 1', '>>Row 49 of')
    await press('backspace', 'enter')
    await shows('n / N next', 'Esc clear')
    await press('n')
    await shows('2 of 11', '>>Row 40 of', '> Row 41 of')
    await press('n', 'n')
    await shows('4 of 11', '>>Row 42 of')
    await press('N')
    await shows('3 of 11', '>>Row 41 of')
    await press('N', 'N', 'N')
    await shows('11 of 11', '>>Row 49 of')
    await press('escape')
    await vi.waitFor(() => expect(wizard.frame()).not.toContain('of 11'))
    await shows('/ search', 'Row 49 of')
    await press('escape')
    await shows('Enter finish')
  })
})

test('letters that are commands elsewhere are typed, and Esc cancels', async () => {
  wizard = await goTo(wayTo('full report'), USUAL)
  const {press, shows} = wizard
  await press('/', 'qcnj?k/')
  await shows('/qcnj?k/', 'not found', 'Esc cancel')
  await press('escape')
  await vi.waitFor(() => expect(wizard.frame()).not.toContain('not found'))
  await shows('Row 1 of the report')
})

test('Enter on nothing ends the search', async () => {
  wizard = await goTo(wayTo('full report'), USUAL)
  const {press, shows} = wizard
  await press('/')
  await shows('Enter find')
  await press('enter')
  await shows('/ search', 'Row 1 of the report')
})

test('it begins where the text has been scrolled to', async () => {
  wizard = await goTo(wayTo('full report'), USUAL)
  await wizard.press('pageDown')
  await wizard.shows('Row 20 of')
  await wizard.press('/', 'row')
  await vi.waitFor(() => expect(wizard.frame()).not.toContain('>>Row 1 of'))
  await wizard.shows('of 60')
})

test.each([
  ['finding in detail', 'output'],
  ['remedy in detail', 'iptables'],
  ['installer', 'sha-'],
  ['summary', 'region'],
  ['summary, repaired', 'undo'],
])('on the screen: %s', async (name, text) => {
  wizard = await goTo(wayTo(name), USUAL)
  await wizard.shows('/ search')
  await wizard.press('/', text)
  await wizard.shows(`/${text}`, '>>', '1 of ')
  await wizard.press('enter', 'escape')
  await wizard.shows('/ search')
  expect(wizard.frame()).not.toContain('>>')
})

describe.each([SMALL, USUAL])('in a list on a terminal of $columns columns', size => {
  test('it goes to what the mark, the title or the details hold; n and N go on around the ends, Esc clears', async () => {
    wizard = await goTo(wayTo('findings'), size)
    const {press, shows} = wizard
    await shows('/ search', '❯ ✘ FAIL  Host firewall, TCP 443')
    await press('/', 'skip')
    await shows('1 of 2', '❯ - SKIP  DRS endpoint')
    await press('enter', 'n')
    await shows('2 of 2', '❯ - SKIP  Replication path', 'n / N next', 'Esc clear')
    await press('n')
    await shows('1 of 2', '❯ - SKIP  DRS endpoint')
    await press('N')
    await shows('2 of 2')
    await press('down')
    await shows('2 found', '❯ ✔ PASS')
    await press('N')
    await shows('2 of 2')
    await press('escape')
    await vi.waitFor(() => expect(wizard.frame()).not.toContain('of 2'))
    await shows('/ search', '❯ - SKIP  Replication path')
  })
})

test('in a list letters are typed, and none of them chooses, applies, or leaves', async () => {
  wizard = await goTo(wayTo('repair plan'), USUAL)
  const {press, shows} = wizard
  await press('/', 'sqcn ?k/')
  await shows('/sqcn ?k/', 'not found', '2 of 3 chosen', 'Repair plan')
  await press('enter')
  await shows('2 of 3 chosen', 'Enter review and apply (2)', 'Esc clear')
  await press('escape')
  await vi.waitFor(() => expect(wizard.frame()).not.toContain('not found'))
})

test.each([
  ['confirmation', 'Apply these changes?', 'iptables'],
  ['disruptive confirmation', 'Override a rule', 'iptables'],
  ['a unit for the next boot', 'Survive a reboot?', 'systemd'],
])('on the screen: %s, no letter of a search is an answer', async (name, title, text) => {
  wizard = await goTo(wayTo(name), USUAL)
  const {press, shows} = wizard
  await press('/', 'yn1q2y')
  await shows('/yn1q2y', 'not found', title)
  await press('enter', 'y')
  await shows('Esc clear', title)
  await press('escape', '/', text, 'enter')
  await shows(`/${text}`, '1 of ', title, '❯ No, ')
  await press('n')
  await shows('2 of ', title)
  await press('y', 'escape')
  await shows('/ search', title)
})

test('n does not go on in the list while the details of one are shown', async () => {
  wizard = await goTo(wayTo('repair plan'), USUAL)
  const {press, shows} = wizard
  await press('/', 'port', 'backspace', 'backspace', 'backspace', 'backspace', 'tcp', 'enter')
  await shows('1 of 3')
  await press('right')
  await shows('Esc back to the list')
  await press('n', 'escape')
  await shows('1 of 3', '/tcp')
})

test('the explanation of a list names its search', async () => {
  wizard = await goTo(wayTo('findings'), {columns: 80, rows: 40})
  await wizard.press('?')
  await wizard.shows('Help: Findings')
  await wizard.press('end')
  await wizard.shows('search')
})

test('an explanation is searched, and the screen under it is not', async () => {
  wizard = await goTo(wayTo('full report'), USUAL)
  await wizard.press('?')
  await wizard.shows('Help: ', '/ search')
  await wizard.press('/', 'aws')
  await wizard.shows('/aws', '1 of ')
  await wizard.press('escape', 'escape')
  await wizard.shows('Row 1 of the report')
  expect(wizard.frame()).not.toContain('/aws')
})

test.each(['source server', 'checks'])('there is no search on the screen: %s', async name => {
  wizard = await goTo(wayTo(name), USUAL)
  expect(wizard.frame()).not.toContain('/ search')
})

test('in the list of Regions / begins a new filter, at every size', async () => {
  wizard = await goTo(wayTo('Region'), SMALL)
  await wizard.press('/', 'fra')
  await wizard.shows('Filter: fra', '1 of 1, filtered from', '/ new filter')
  await wizard.press('/', 'tok')
  await wizard.shows('Filter: tok', 'ap-northeast-1')
  await wizard.press('/')
  await wizard.shows('Filter: (code or name)')
})
