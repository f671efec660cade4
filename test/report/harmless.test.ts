import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import {CAUSE_CODES} from '../../src/contract/cause-codes.ts'
import {CHECK_IDS} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import {printHtml} from '../../src/report/html/html.ts'
import {printJson} from '../../src/report/json.ts'
import {printJunit} from '../../src/report/junit.ts'
import {printMarkdown} from '../../src/report/markdown/markdown.ts'
import {progressLine} from '../../src/report/progress.ts'
import type {Extras, Report} from '../../src/report/report.ts'
import {reportSchema} from '../../src/report/schema.ts'
import {scriptedCommand} from '../../src/report/scripted-equivalent.ts'
import {printText} from '../../src/report/text/text.ts'
import {DROPPED, HOST, layer, OPEN_443, OPTIONS} from './parts.ts'
import {report} from './reports.ts'
import {readXml} from './xml-reader.ts'

const PRINTERS: readonly (readonly [string, (report: Report, extras?: Extras) => string])[] = [
  ['text', printText],
  ['json', printJson],
  ['markdown', printMarkdown],
  ['html', printHtml],
  ['junit', printJunit],
]

/** Text as an attacker or a broken tool might put it into a rule's comment or a certificate. */
const hostile = fc.oneof(
  fc.string({unit: 'binary', maxLength: 12}),
  fc.string({
    unit: fc.constantFrom('\u001b', '[', '\r', '\n', '\u009b', '\u202e', '`', '|', '<', ']]>', '\ud800', 'a'),
    maxLength: 12,
  }),
)

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    check: fc.constantFrom(...CHECK_IDS),
    code: fc.constantFrom(...CAUSE_CODES),
    target: fc.option(hostile),
    summary: hostile,
    nextStep: fc.option(hostile),
    text: hostile,
  })
  .map(({check, code, target, summary, nextStep, text}) =>
    finding(check, code, {
      target,
      summary,
      nextStep,
      evidence: {
        tls: {
          verified: false,
          error: text,
          roots: [text],
          chain: [{...CERTIFICATE, subject: text, issuer: text}],
        },
        unreadable: [text],
        layers: [{...layer('tls', 1, 'fail', 'tls.reset'), detail: text}],
        judgement: {...DROPPED, unknownBecause: [text], blocker: {...blocker, chain: text, text}},
        neighbours: [{number: 1, text, decides: true}],
      },
      remedies: [
        {...OPEN_443, title: text, why: text, preview: [{of: text, lines: [` ${text}`, `+${text}`]}]},
      ],
    }),
  )

const CERTIFICATE = {validFrom: null, validTo: null, fingerprint: ''}

const blocker = {engine: 'nft', family: 'inet', table: 'filter', chain: 'output', rule: 1, text: ''} as const

const anyReport = fc
  .record({findings: fc.array(anyFinding, {maxLength: 4}), name: hostile, reason: hostile})
  .map(({findings, name, reason}) =>
    report({
      findings: Object.fromEntries(CHECK_IDS.map(id => [id, findings.filter(({check}) => check === id)])),
      host: {...HOST, hostname: name, os: name},
      applied: [
        {id: '1', remedy: name, at: '2026-11-22T20:54:05.000Z', result: 'failed', reason, persists: false},
      ],
    }),
  )

describe('every output', () => {
  it.each(PRINTERS)('holds no control character, whatever the facts hold: %s', (_, print) => {
    fc.assert(
      fc.property(anyReport, built => {
        expect(print(built)).toMatch(/^(\n|[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])*$/u)
      }),
    )
  })

  it('is the same for the same report', () => {
    fc.assert(
      fc.property(anyReport, fc.constantFrom(...PRINTERS), (built, [, print]) => {
        expect(print(structuredClone(built))).toBe(print(built))
      }),
    )
  })

  it('can be read back: JSON by its schema, JUnit by a strict reader', () => {
    fc.assert(
      fc.property(anyReport, built => {
        const json: unknown = JSON.parse(printJson(built))
        expect(json).toEqual(built)
        expect(reportSchema.safeParse(json).success).toBe(true)
        expect(readXml(printJunit(built)).name).toBe('testsuites')
      }),
    )
  })

  it('holds no proxy credential', () => {
    const secret = fc.stringMatching(
      /^[A-Za-z0-9!$&'()*+,;=:@%^/?# -]{0,8}s3cr3t[A-Za-z0-9!$&'()*+,;=:@%^/?# -]{0,8}$/,
    )
    const scheme = fc.constantFrom('http://', 'https://', '')
    fc.assert(
      fc.property(scheme, secret, secret, (start, user, password) => {
        const url = `${start}${encodeURIComponent(user)}:${password}@proxy.example:3128`
        const options = {...OPTIONS, proxy: {url, from: 'HTTPS_PROXY'}}
        const repeat = scriptedCommand('fix', options)
        for (const [, print] of PRINTERS) {
          expect(print(report({}, options), {repeat})).not.toContain('s3cr3t')
        }
      }),
    )
  })

  it('is one harmless line on stderr', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, {maxLength: 3}), findings => {
        const line = progressLine({type: 'check-finished', check: 'os', findings, durationMs: 12})
        expect(line).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u)
      }),
    )
  })
})
