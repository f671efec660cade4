import {
  type AttemptEvidence,
  type Evidence,
  judgedWays,
  measuredWay,
  type SurroundingRule,
} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Blocker, Judgement} from '../../contract/judgement.ts'
import {windowsPlace} from '../../report/lines.ts'
import {megabytes} from '../../report/progress.ts'
import {causeWords, LAYER_WORDS, OWNER_WORDS, STAGE_WORDS} from '../../report/words.ts'
import {fact, type Line} from '../ui/lines.ts'

/** Facts of the evidence that have lines of their own here. */
const STRUCTURED_FACTS = ['tls', 'attempts', 'http', 'direct', 'missingStatement', 'otherJudgement']

/** What a path was measured to be, beyond its layers: who answered, with which certificate, and what was tried. */
function pathEvidenceLines(evidence: Evidence): readonly Line[] {
  return [
    ...certificateLines(evidence.tls),
    ...answerLines(evidence.http),
    ...attemptLines(evidence.attempts ?? []),
    ...directLines(evidence),
    ...(evidence.otherJudgement ? [fact('The other user', evidence.otherJudgement.reason)] : []),
    // Ready to be copied into the policy.
    ...(evidence.missingStatement ? [fact('To be added', JSON.stringify(evidence.missingStatement))] : []),
  ]
}

/** The chain from the certificate that was shown to the one at its end. */
function certificateLines(tls: Evidence['tls']): readonly Line[] {
  const [leaf] = tls?.chain ?? []
  if (tls === undefined || leaf === undefined) return []
  const {verified, version, error, chain} = tls
  const trust = verified ? 'trusted by this server' : 'not trusted by this server'
  return [
    fact('Certificate', leaf.subject),
    ...chain.map(({subject, issuer}, at) => {
      const isSelfIssued = subject === issuer
      if (at === 0) return fact('Issued by', isSelfIssued ? 'itself' : issuer)
      return fact('', isSelfIssued ? 'which is self-issued' : `which is issued by ${issuer}`)
    }),
    fact('Valid', `${day(leaf.validFrom)} to ${day(leaf.validTo)}`),
    fact('Fingerprint', leaf.fingerprint),
    fact('TLS', [version ?? error, trust].join(', ')),
  ]
}

/** A date as in the evidence, without its time. */
function day(date: string | null): string {
  return date === null ? 'an unreadable date' : date.slice(0, 10)
}

function answerLines(http: Evidence['http']): readonly Line[] {
  if (http === undefined) return []
  const {status, headers} = http
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [fact('Answer', [`HTTP ${status}`, ...told].join('; '))]
}

function attemptLines(attempts: readonly AttemptEvidence[]): readonly Line[] {
  return attempts.map(({address, outcome, errno, ms}, at) => {
    const why = errno === null ? '' : ` (${errno})`
    return fact(at === 0 ? 'Tried' : '', `${address}: ${outcome}${why}, ${Math.round(ms)} ms`)
  })
}

/** The way past a proxy: as measured for a path, as judged for a firewall. */
function directLines(evidence: Evidence): readonly Line[] {
  const measured = measuredWay(evidence)
  if (measured === null)
    return judgedWays(evidence).map(({verdict, reason}) => fact('Without proxy', `${verdict}: ${reason}`))
  const {code, detail} = measured
  return [fact('Without proxy', `${code === 'ok' ? 'OK' : causeWords(code, 'fail')} (${detail})`)]
}

/** Facts of the evidence that other lines tell already. */
const TOLD_ELSEWHERE = ['layers', 'judgement', 'neighbours', ...STRUCTURED_FACTS]

/** Everything known about a finding, most useful first: a small terminal shows only the beginning. */
export function findingLines(finding: Finding): readonly Line[] {
  const {summary, owner, code, target} = finding
  const nextStep = nextStepOf(finding)
  return [
    {text: summary, tone: 'strong'},
    ...(nextStep === null ? [] : [fact('Next step', nextStep)]),
    ...(owner === null || finding.status === 'pass' ? [] : [fact('Owner', OWNER_WORDS[owner])]),
    ...evidenceLines(finding),
    ...(target === null ? [] : [fact('Target', target)]),
    fact('Cause code', code),
  ]
}

/** What to do about a finding, for somebody who has this wizard open. */
export function nextStepOf({nextStep, remedies}: Finding): string | null {
  if (remedies.length === 0) return nextStep
  return remedies.every(({risk}) => risk === 'disruptive')
    ? 'The plan can override this rule. It looks intentional, so you will be asked separately.'
    : 'Press Enter to see the fix. It can be undone.'
}

/** What proves a finding: the rule in its chain, how each layer answered, and all further facts. */
export function evidenceLines(finding: Finding): readonly Line[] {
  const {evidence} = finding
  return [
    ...(evidence.judgement === undefined
      ? []
      : judgementLines(evidence.judgement, evidence.neighbours ?? [])),
    ...(evidence.layers ?? []).map(
      ({layer, status, ms, detail}): Line => ({
        ...fact(LAYER_WORDS[layer], `${detail} (${Math.round(ms)} ms)`),
        mark: status,
      }),
    ),
    ...pathEvidenceLines(evidence),
    ...evidenceFacts(finding),
  ]
}

function judgementLines(
  {blocker, stage, redirectedTo, unknownBecause, warnings, neighbourDiscovery, arp, routing}: Judgement,
  neighbours: readonly SurroundingRule[],
): readonly Line[] {
  const lines: Line[] = []
  const stopping = blocker ?? neighbourDiscovery?.blocker ?? arp?.blocker
  if (stopping !== undefined) {
    const {text} = stopping
    lines.push(
      fact(blocker === null ? 'May stop it' : 'Blocked by', placeOf(stopping)),
      ...(neighbours.length === 0 ? [fact('', text, 'caution')] : neighbourLines(neighbours)),
    )
  }
  if (routing) lines.push(fact('Blocked by', `this host's routing: ${routing.text}`, 'caution'))
  if (stage !== null) lines.push(fact('What stops', STAGE_WORDS[stage]))
  if (redirectedTo !== null) lines.push(fact('Redirected to', redirectedTo))
  lines.push(...unknownBecause.map(rule => fact('Undecided', rule)))
  lines.push(...warnings.map(rule => fact('Payload rule', rule)))
  return lines
}

function placeOf(blocker: Blocker): string {
  const {engine, family, table, chain, rule} = blocker
  if (engine === 'windows') return windowsPlace(blocker)
  const place = rule === 'policy' ? `policy of chain ${chain}` : `rule ${rule} of chain ${chain}`
  return `${place}, table ${table} (${engine}, ${family})`
}

/** The listing around the rule, which is marked by `>`. */
function neighbourLines(neighbours: readonly SurroundingRule[]): readonly Line[] {
  const width = Math.max(...neighbours.map(({number}) => String(number).length))
  return neighbours.map(({number, text, decides}) => ({
    label: `${decides ? '>' : ' '} ${String(number).padStart(width)} `,
    spoken: decides ? `This one, ${number}` : String(number),
    text,
    indent: 2,
    tone: decides ? 'caution' : 'plain',
  }))
}

/** Further facts of the evidence that are short enough for a line. */
export function evidenceFacts({evidence, target}: Finding): readonly Line[] {
  return Object.entries(evidence).flatMap(([name, value]) => {
    if (TOLD_ELSEWHERE.includes(name) || value === null || value === undefined || value === target) return []
    if (Array.isArray(value)) {
      const listed = value.every(item => typeof item !== 'object') && value.length > 0
      return listed ? [fact(inWords(name), value.join(', '))] : []
    }
    if (typeof value === 'object') return comparison(inWords(name), value)
    return [fact(inWords(name), typeof value === 'number' ? number(name, value) : String(value))]
  })
}

/** What was expected and what came, where the evidence is such a pair. */
function comparison(label: string, value: object): readonly Line[] {
  const {expected, actual}: {expected?: unknown; actual?: unknown} = value
  if (typeof expected !== 'string') return []
  if (expected === actual) return [fact(label, expected), fact('', 'as published')]
  return [
    fact(label, `expected ${expected}`),
    fact('', `received ${typeof actual === 'string' ? actual : 'nothing whole'}`),
  ]
}

function number(name: string, value: number): string {
  return /bytes$/i.test(name) ? `${value} (${megabytes(value)})` : String(value)
}

/** `receivedBytes` becomes `Received bytes`, `sha512` becomes `SHA-512`. */
function inWords(name: string): string {
  if (/^sha\d+$/i.test(name)) return name.toUpperCase().replace('SHA', 'SHA-')
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  const named = words.replace(/\b(?:os|url)\b/g, word => word.toUpperCase())
  return named.charAt(0).toUpperCase() + named.slice(1)
}
