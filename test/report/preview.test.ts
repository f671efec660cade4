import {describe, expect, it} from 'vitest'
import type {Remedy} from '../../src/contract/remedy.ts'
import {printJunit} from '../../src/report/junit.ts'
import {printMarkdown} from '../../src/report/markdown/markdown.ts'
import {reportSchema} from '../../src/report/schema.ts'
import {printText} from '../../src/report/text/text.ts'
import {DROPPED, OPEN_443, PASSED} from './parts.ts'
import {report} from './reports.ts'

const PREVIEW: NonNullable<Remedy['preview']> = [
  {
    of: 'chain OUTPUT, table filter (iptables-nft, ip)',
    lines: [
      '@@ -2,3 +2,4 @@',
      ' -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
      '+-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT',
      ' -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
      ' -P OUTPUT ACCEPT',
    ],
  },
]

const NEIGHBOURS = [
  {number: 9, text: '-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT', decides: false},
  {number: 10, text: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP', decides: true},
  {number: 'policy', text: '-P OUTPUT ACCEPT', decides: false},
] as const

const remedy = {...OPEN_443, preview: PREVIEW}
const [passed] = PASSED['firewall-443']
const built = report({
  findings: {
    'firewall-443': passed
      ? [
          {
            ...passed,
            status: 'fail',
            code: 'firewall.drop',
            evidence: {judgement: DROPPED, neighbours: NEIGHBOURS},
            remedies: [remedy],
          },
        ]
      : [],
  },
  plan: [remedy],
})

it('text shows the change and the rule among its neighbours, without wrapping them', () => {
  const text = printText(built, {columns: 40, plan: true})
  expect(text).toContain(
    [
      '       Changes chain OUTPUT, table filter (iptables-nft, ip)',
      '         @@ -2,3 +2,4 @@',
      '          -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
      '         +-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT',
      '          -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
      '          -P OUTPUT ACCEPT',
      '       Do      iptables',
    ].join('\n'),
  )
  expect(text).toContain(
    [
      '       Chain          9  -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
      '               >     10  -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
      '                 policy  -P OUTPUT ACCEPT',
    ].join('\n'),
  )
})

it('text colours what comes and what goes', () => {
  const text = printText(built, {color: true, plan: true})
  expect(text).toContain('\u001B[32m+-A OUTPUT -p tcp -m tcp --dport 443 -j ACCEPT\u001B[39m')
})

it('Markdown shows both as blocks of code', () => {
  const text = printMarkdown(built)
  expect(text).toContain(
    [
      'Changes in `chain OUTPUT, table filter (iptables-nft, ip)`:',
      '',
      '```diff',
      ...(PREVIEW[0]?.lines ?? []),
      '```',
    ].join('\n'),
  )
  expect(text).toContain('The rule in its chain:\n\n```text\n       9  -A OUTPUT')
})

it('JSON has both, and the schema knows them', () => {
  const parsed = reportSchema.parse(JSON.parse(JSON.stringify(built)))
  expect(parsed.plan.remedies[0]?.preview).toEqual(PREVIEW)
  expect(parsed.findings.find(({check}) => check === 'firewall-443')?.evidence.neighbours).toEqual(NEIGHBOURS)
})

describe('what proved a repair', () => {
  const applied = {
    id: 'entry',
    remedy: OPEN_443.id,
    at: '2026-11-22T20:54:05.000Z',
    result: 'kept',
    reason: null,
    persists: true,
    probes: [
      {to: '192.0.2.1:443', outcome: 'answered'},
      {to: '192.0.2.2:443', outcome: 'answered'},
      {to: '[2001:db8::1]:443', outcome: 'no-way'},
    ],
  } as const
  const repaired = report({plan: [OPEN_443], applied: [applied]})
  const told = 'data exchanged with 192.0.2.1:443, 192.0.2.2:443; no route from this server to '

  it('is told in text and Markdown', () => {
    expect(printText(repaired, {columns: 200})).toContain(`       Tested  ${told}[2001:db8::1]:443\n`)
    expect(printMarkdown(repaired)).toContain(`Tested: ${told}\\[2001:db8::1\\]:443.`)
  })

  it('is in the JSON as the schema has it', () => {
    const parsed = reportSchema.parse(JSON.parse(JSON.stringify(repaired)))
    expect(parsed.applied[0]?.probes).toEqual(applied.probes)
  })

  it('is left out where the rules alone decided', () => {
    const {probes: _, ...byRules} = applied
    expect(printText(report({plan: [OPEN_443], applied: [byRules]}))).not.toContain('Tested')
  })
})

it('JUnit tells the rule among its neighbours', () => {
  expect(printJunit(built)).toContain('&gt;     10  -A OUTPUT -p tcp -m tcp --dport 443 -j DROP')
})
