import {execFileSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {REGIONS} from '../../src/aws/regions.ts'
import {finding} from '../../src/checks/finding.ts'
import {progressText, sortFindings} from '../../src/screens/checks/check-rows.ts'
import {evidenceFacts, findingLines} from '../../src/screens/checks/finding-lines.ts'
import {filterRegions} from '../../src/screens/questions/region-words.ts'
import {packHints} from '../../src/screens/ui/key-help.tsx'
import {fact, wrapLines, wrapText} from '../../src/screens/ui/lines.ts'
import {windowStart} from '../../src/screens/ui/use-list.ts'
import {BLOCKED} from './scripted-findings.ts'

describe('wrapping', () => {
  test.each([
    ['breaks at spaces', 'one two three', 8, ['one two', 'three']],
    ['cuts words that are too long', 'abcdefghij kl', 4, ['abcd', 'efgh', 'ij', 'kl']],
    ['keeps an empty line', '', 10, ['']],
  ])('%s', (_, text, width, parts) => {
    expect(wrapText(text, width)).toEqual(parts)
  })

  test('nothing is lost and nothing is too wide', () => {
    const words = fc.array(fc.string({minLength: 1, maxLength: 30}).map(word => word.replaceAll(/\s/g, 'x')))
    fc.assert(
      fc.property(words, fc.integer({min: 8, max: 60}), (all, width) => {
        const parts = wrapText(all.join(' '), width)
        expect(Math.max(...parts.map(part => part.length))).toBeLessThanOrEqual(width)
        expect(parts.join('').replaceAll(' ', '')).toBe(all.join(''))
      }),
    )
  })

  test('a command between backticks is one word, and is left to the terminal where it is too wide', () => {
    const texts = (text: string, columns: number) => wrapLines([{text}], columns).map(row => row.text)
    expect(texts('Then run `drs-onboard undo`, as root.', 24)).toEqual([
      'Then run',
      '`drs-onboard undo`, as',
      'root.',
    ])
    const [before, ...parts] = wrapLines([{text: 'Run `drs-onboard fix --region eu-west-1` now.'}], 20)
    expect([before, ...parts].map(row => row?.text)).toEqual([
      'Run',
      '`drs-onboard fix --r',
      'egion eu-west-1`',
      'now.',
    ])
    expect(parts.map(row => row.part !== undefined)).toEqual([true, true, false])
    expect(texts('A lone ` is a sign like others', 10)).toEqual(['A lone `', 'is a sign', 'like', 'others'])
  })

  test('continuation lines stand under the text, beside label and mark', () => {
    const line = {...fact('Next step', 'ask the network team to let it through'), mark: 'fail'} as const
    expect(wrapLines([line], 48)).toMatchObject([
      {text: 'ask the network team to', label: 'Next step     ', mark: 'fail'},
      {text: 'let it through', indent: 22},
    ])
  })

  test('a label that would leave no room gets a line of its own', () => {
    expect(wrapLines([fact('Next step', 'ask the network team')], 30).map(({text}) => text)).toEqual([
      'Next step',
      'ask the network team',
    ])
  })
})

test.each([
  ['fits', 3, 5, 10, 0],
  ['at the start', 0, 20, 5, 0],
  ['in the middle', 10, 20, 5, 8],
  ['at the end', 19, 20, 5, 15],
])('the window of a list: %s', (_, index, count, rows, start) => {
  expect(windowStart(index, count, rows)).toBe(start)
})

test('key hints are packed without being broken', () => {
  const hints = [
    ['Enter', 'continue'],
    ['Esc', 'back'],
    ['q', 'leave'],
  ] as const
  expect(packHints(hints, 80)).toEqual([hints])
  expect(packHints(hints, 26)).toEqual([[hints[0], hints[1]], [hints[2]]])
  expect(packHints(hints, 5)).toEqual(hints.map(hint => [hint]))
})

test('findings: worst first, in the order of their checks', () => {
  const findings = [
    finding('os', 'ok', {summary: 'a'}),
    finding('drs-endpoint', 'check.crashed', {summary: 'b'}),
    finding('s3-buckets', 'tcp.timeout', {summary: 'c'}),
    finding('s3-buckets', 'dns.timeout', {summary: 'd'}),
  ]
  expect(sortFindings(findings).map(({summary}) => summary)).toEqual(['c', 'd', 'b', 'a'])
})

test('a finding begins with what helps most: summary, next step, who can help', () => {
  const [blocked] = BLOCKED['firewall-443']
  const lines = blocked === undefined ? [] : findingLines(blocked)
  expect(lines.slice(0, 3).map(({label}) => label?.trim())).toEqual([undefined, 'Next step', 'Owner'])
})

test('a digest that differs shows both sides', () => {
  const lines = evidenceFacts(
    finding('installer-download', 'installer.hash-mismatch', {
      summary: 'x',
      evidence: {sha512: {expected: 'aa', actual: 'bb'}, storedAs: null, connections: 2},
    }),
  )
  expect(lines.map(({label, text}) => `${label?.trim()}: ${text}`)).toEqual([
    'SHA-512: expected aa',
    ': received bb',
    'Connections: 2',
  ])
})

test.each([
  [{layer: 'tls', target: 'drs.eu-west-1.amazonaws.com'}, 'TLS drs.eu-west-1.amazonaws.com'],
  [{receivedBytes: 1_500_000}, '1.5 MB'],
  [{receivedBytes: 1_500_000, totalBytes: null}, '1.5 MB'],
  [
    {receivedBytes: 1_500_000, totalBytes: 3_000_000, bytesPerSecond: 200_000},
    '1.5 MB of 3.0 MB, 0.2 MB/s, 8 s left',
  ],
  [{}, ''],
] as const)('progress %o', (progress, text) => {
  expect(progressText(progress)).toBe(text)
})

test.each([
  ['', REGIONS.length],
  ['TOKYO', 1],
  ['us-gov', 2],
  ['europe milan', 1],
  ['nowhere', 0],
])('Regions filtered by "%s": %i', (text, count) => {
  expect(filterRegions(REGIONS, text)).toHaveLength(count)
})

describe('marks', () => {
  test.each([
    ['xterm-256color', '✔', '✘', '⠋'],
    ['linux', '+', 'x', '-'],
  ])('on TERM=%s', (term, tick, cross, spinner) => {
    const theme = fileURLToPath(import.meta.resolve('../../src/screens/ui/theme.ts'))
    const script = `const {theme, glyphs} = await import(process.argv[1])
      process.stdout.write(JSON.stringify([theme.status.pass.glyph, theme.status.fail.glyph, glyphs.spinner[0]]))`
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script, theme], {
      env: {...process.env, TERM: term},
      encoding: 'utf8',
    })
    expect(JSON.parse(printed)).toEqual([tick, cross, spinner])
  })

  test('every mark has a word of its own, so that colour and glyph are never the only signal', async () => {
    const {theme, WORD_WIDTH} = await import('../../src/screens/ui/theme.ts')
    const words = [...Object.values(theme.status), ...Object.values(theme.progress)].map(({word}) => word)
    expect(new Set(words).size).toBe(words.length)
    expect(words.filter(word => word.length > WORD_WIDTH)).toEqual([])
  })
})
