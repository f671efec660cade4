import {describe, expect, test} from 'vitest'
import type {Remedy} from '../../src/contract/remedy.ts'
import type {AppliedRemedy} from '../../src/engine/events.ts'
import {EMPTY_SESSION, type Session, type StepState} from '../../src/engine/session.ts'
import {linearRows} from '../../src/screens/linear/text.ts'
import {applyingLines} from '../../src/screens/repair/applying-lines.ts'
import {remedyLines} from '../../src/screens/repair/remedy-lines.ts'
import {type Line, wrapLines} from '../../src/screens/ui/lines.ts'
import {ALLOW_443, ALLOW_1500, BLOCKED, HEALTHY} from './scripted-findings.ts'
import {walk} from './walk.tsx'

const PREVIEW: Remedy['preview'] = [
  {
    of: 'chain OUTPUT, table filter (iptables-nft, ip)',
    lines: [
      '@@ -2,2 +2,3 @@',
      ' -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
      '+-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT',
      '--A OUTPUT -j REJECT',
    ],
  },
]

const said = (lines: readonly Line[]) =>
  lines.map(({mark, label = '', text}) => [mark, label.trim(), text].filter(Boolean).join('|'))

describe('the diff of a remedy', () => {
  const lines = remedyLines({...ALLOW_443, preview: PREVIEW}, 'posix')
  const at = lines.findIndex(({label}) => label?.startsWith('Changes'))

  test('stands before its commands, with signs as well as colours', () => {
    expect(lines.slice(at + 1, at + 5)).toEqual([
      {text: '@@ -2,2 +2,3 @@', indent: 2, tone: 'muted'},
      {
        label: '  ',
        spoken: 'Stays',
        text: '-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
        indent: 2,
        tone: 'plain',
      },
      {
        label: '+ ',
        spoken: 'Added',
        text: '-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT',
        indent: 2,
        tone: 'good',
      },
      {label: '- ', spoken: 'Removed', text: '-A OUTPUT -j REJECT', indent: 2, tone: 'bad'},
    ])
    expect(at).toBeLessThan(lines.findIndex(({label}) => label?.startsWith('do')))
  })

  test('is read aloud in words, not signs', () => {
    expect(linearRows(lines.slice(at + 1, at + 5), 80)).toEqual([
      'Stays: -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
      'Added: -A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT',
      'Removed: -A OUTPUT -j REJECT',
    ])
  })

  test('keeps its signs apart from the rules at 40 columns', () => {
    const rows = wrapLines(lines.slice(at + 3, at + 4), 40)
    expect(rows.map(({label = '', text, indent = 0}) => `${' '.repeat(indent)}${label}${text}`)).toEqual([
      '  + -A OUTPUT -p tcp -m tcp --dport 443',
      '    -j ACCEPT',
    ])
  })
})

describe('a repair as it goes on', () => {
  const session = (states: readonly StepState[], applied: readonly AppliedRemedy[] = []): Session => ({
    ...EMPTY_SESSION,
    plan: {remedies: [ALLOW_443]},
    steps: new Map([[ALLOW_443.id, states]]),
    applied,
  })
  const applied: AppliedRemedy = {
    id: 'entry',
    remedy: ALLOW_443.id,
    at: '2026-07-01T03:00:00.000Z',
    result: 'kept',
    reason: null,
    persists: true,
    probes: [{to: '192.0.2.1:443', outcome: 'answered'}],
  }

  test.each<[string, readonly StepState[], boolean]>([
    ['while its step runs', ['running'], false],
    ['once its step is done', ['done'], true],
    ['once its step was found done', ['already-done'], true],
    ['after its step failed', ['failed'], false],
  ])('says that it is being proved: %s', (_, states, expected) => {
    const proving = said(applyingLines(session(states), [ALLOW_443.id])).some(line =>
      line.includes('Verifying'),
    )
    expect(proving).toBe(expected)
  })

  test('says what proved it, and no longer that it is being proved', () => {
    expect(said(applyingLines(session(['done'], [applied]), [ALLOW_443.id]))).toEqual([
      'Allow outbound TCP 443',
      'done|Accept TCP 443 ahead of the blocking rule',
      'pass|Verified and kept.',
      'Tested|data exchanged with 192.0.2.1:443',
    ])
  })
})

test('the plan and the question before it show the diff', async () => {
  const remedies = [{...ALLOW_443, preview: PREVIEW}]
  const found = BLOCKED['firewall-443'].map(finding => ({...finding, remedies}))
  const wizard = walk({
    mode: 'remediate',
    findings: {...BLOCKED, 'firewall-443': found, 'firewall-1500': HEALTHY['firewall-1500']},
  })
  await wizard.shows('Findings')
  await wizard.press('enter')
  await wizard.shows(
    '1 of 1 chosen.',
    '+ -A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT',
    '- -A OUTPUT -j REJECT',
  )
  await wizard.press('enter')
  await wizard.shows('❯ No, change nothing', '+ -A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT')
  wizard.leave()
})

test('disruptive changes stand apart, after the others, under a heading', async () => {
  const wizard = walk({mode: 'remediate'})
  await wizard.shows('Findings')
  await wizard.press('enter')
  await wizard.shows('Overrides a rule that looks intentional; off unless you select it:')
  const order = wizard.frame().match(/☒ Allow[^\n]*|Overrides a rule|☐ disruptive/g)
  expect(order).toEqual([`☒ ${ALLOW_443.title}`, `☒ ${ALLOW_1500.title}`, 'Overrides a rule', '☐ disruptive'])
  wizard.leave()
})
