import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {type Blame, type Course, decideBlame} from '../../../../src/checks/path/blame/decide.ts'
import {tellBlame} from '../../../../src/checks/path/blame/sentences.ts'
import {CAUSE_CODES, CAUSES} from '../../../../src/contract/cause-codes.ts'
import type {Judgement, Stage, Verdict} from '../../../../src/contract/judgement.ts'
import type {Departure} from '../../../../src/platform/network/departure/departure.ts'

const judgement = (verdict: Verdict, more: Partial<Judgement> = {}): Judgement => ({
  verdict,
  stage: null,
  blocker: null,
  how: null,
  redirectedTo: null,
  reason: `The rules say ${verdict}.`,
  unknownBecause: [],
  warnings: [],
  parts: [],
  ...more,
})

const LEFT: Departure = {kind: 'left', how: 'sent by eth0'}
const STOPPED: Departure = {kind: 'stopped', how: 'none of the retransmissions went out'}
const NO_HOP: Departure = {kind: 'no-next-hop', how: 'the next hop does not answer'}
const UNKNOWN: Departure = {kind: 'unknown', why: 'nothing was measured'}

const ALLOW = judgement('allow')
const REDIRECT = judgement('allow', {redirectedTo: '127.0.0.1:3128'})
const DROP = judgement('block', {stage: 'out-syn', how: 'drop'})
const NO_REPLY = judgement('block', {stage: 'in-synack', how: 'drop'})
const NO_DATA = judgement('block', {stage: 'out-data', how: 'drop'})
const PAYLOAD = judgement('allow', {warnings: ['-A OUTPUT -m string --string x -j DROP']})
const UNDECIDED = judgement('unknown')

describe('who is blamed', () => {
  it.each<
    [
      name: string,
      rules: Judgement | null,
      measured: Departure,
      kind: Blame['kind'],
      contradicts: boolean,
      course?: Course,
    ]
  >([
    ['rules that allow', ALLOW, UNKNOWN, 'beyond', false],
    ['rules that allow, packets that leave', ALLOW, LEFT, 'beyond', false],
    ['rules that allow, a next hop that does not answer', ALLOW, NO_HOP, 'beyond', false],
    ['rules that allow, packets that stay here', ALLOW, STOPPED, 'measured', true],
    ['a redirect to this host', REDIRECT, STOPPED, 'redirected', false],
    ['a redirect to this host, whatever is measured', REDIRECT, LEFT, 'redirected', false],
    ['a rule that drops', DROP, UNKNOWN, 'rule', false],
    ['a rule that drops, packets that stay here', DROP, STOPPED, 'rule', false],
    ['a rule that is said to drop what leaves', DROP, LEFT, 'beyond', true],
    ['a rule that drops replies', NO_REPLY, LEFT, 'rule', false],
    ['rules that do not decide', UNDECIDED, UNKNOWN, 'undecided', false],
    ['rules that do not decide, packets that leave', UNDECIDED, LEFT, 'beyond', false],
    ['rules that do not decide, packets that stay here', UNDECIDED, STOPPED, 'measured', false],
    ['rules that do not decide, a next hop that does not answer', UNDECIDED, NO_HOP, 'undecided', false],
    ['no rules', null, UNKNOWN, 'undecided', false],
    ['no rules, packets that leave', null, LEFT, 'beyond', false],
    ['no rules, packets that stay here', null, STOPPED, 'measured', false],
    ['a rule that drops what has opened, data that leaves', DROP, LEFT, 'beyond', true, 'stall'],
    ['a rule that drops what has opened, data that stays here', DROP, STOPPED, 'measured', true, 'stall'],
    ['a rule that drops what has opened', DROP, UNKNOWN, 'undecided', true, 'answer'],
    ['a rule that drops replies of what has opened', NO_REPLY, LEFT, 'beyond', true, 'answer'],
    ['a rule that drops data of what has opened', NO_DATA, LEFT, 'rule', false, 'stall'],
    ['a rule on payload, data that leaves unanswered', PAYLOAD, LEFT, 'undecided', false, 'stall'],
    ['a rule on payload, an answer from beyond', PAYLOAD, LEFT, 'beyond', false, 'answer'],
    ['a rule on payload, an answer of this host', PAYLOAD, STOPPED, 'measured', false, 'answer'],
    ['a rule on payload, nothing measured', PAYLOAD, UNKNOWN, 'undecided', false, 'stall'],
    ['a rule on payload, a connection that never opened', PAYLOAD, LEFT, 'beyond', false, 'not-open'],
  ])('%s', (_name, rules, measured, kind, contradicts, course = 'not-open') => {
    const blame = decideBlame(rules, null, measured, course)
    expect(blame.kind).toBe(kind)
    expect('contradicts' in blame && blame.contradicts !== null).toBe(contradicts)
  })
})

const departures = fc.constantFrom(LEFT, STOPPED, NO_HOP, UNKNOWN)
const judgements = fc.record({
  verdict: fc.constantFrom<Verdict>('allow', 'block', 'unknown'),
  stage: fc.constantFrom<Stage | null>('out-syn', 'in-synack', 'out-data', 'in-data', null),
  redirectedTo: fc.constantFrom(null, '127.0.0.1:3128'),
})
const failing = CAUSE_CODES.filter(code => /^(dns|tcp|proxy|tls|http|s3|installer)\./.test(code))

it('nobody beyond this host is named unless its rules let the flow through or it was measured to leave', () => {
  fc.assert(
    fc.property(fc.option(judgements), departures, fc.constantFrom(...failing), (more, measured, code) => {
      const rules = more && judgement(more.verdict, more)
      const blame = decideBlame(rules, 'they were not read', measured)
      const sentences = {summary: 'It fails.', nextStep: 'Ask the network team to allow it.'}
      const cause = {...sentences, code, host: 'host.example', port: 443, detail: 'no answer'}
      const ownRules = rules && {judgement: rules, undecided: null, advice: 'Run it as root', noQueues: false}
      const told = tellBlame(cause, {blame, rules: ownRules, measured})
      const owner = told.owner ?? CAUSES[told.code].owner
      const cleared = rules?.verdict === 'allow' && rules.redirectedTo === null
      if (owner !== 'this-host') expect(cleared || measured.kind === 'left').toBe(true)
      expect(told.summary).toMatch(/^[A-Z][^\n]+\.$/)
      expect(told.nextStep).toMatch(/\.$/)
    }),
  )
})

it('what was measured outweighs rules that allow', () => {
  fc.assert(
    fc.property(judgements, more => {
      const rules = judgement('allow', {...more, verdict: 'allow'})
      expect(decideBlame(rules, null, STOPPED).kind).not.toBe('beyond')
    }),
  )
})
