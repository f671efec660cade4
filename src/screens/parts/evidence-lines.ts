import {isCauseCode} from '../../contract/cause-codes.ts'
import type {Evidence} from '../../contract/finding.ts'
import {causeWords} from '../../report/words.ts'
import {fact, type Line} from './lines.ts'

/** Facts of the evidence that have lines of their own here. */
export const STRUCTURED_FACTS = ['tls', 'attempts', 'http', 'direct', 'missingStatement', 'otherJudgement']

/** What a path was measured to be, beyond its layers: who answered, with which certificate, and what was tried. */
export function pathEvidenceLines(evidence: Evidence): readonly Line[] {
  return [
    ...certificateLines(evidence.tls),
    ...answerLines(evidence.http),
    ...attemptLines(evidence.attempts),
    ...directLines(evidence.direct),
    ...otherUserLines(evidence.otherJudgement),
    ...statementLines(evidence.missingStatement),
  ]
}

/** The chain from the certificate that was shown to the one at its end. */
function certificateLines(tls: unknown): readonly Line[] {
  const {verified, version, error, chain} = members(tls)
  const certificates = items(chain).map(members)
  const [leaf] = certificates
  if (leaf === undefined) return []
  const trust = verified === true ? 'trusted by this server' : 'not trusted by this server'
  return [
    fact('Certificate', String(leaf.subject)),
    ...certificates.map(({subject, issuer}, at) => {
      const by = subject === issuer ? 'itself' : String(issuer)
      return at === 0 ? fact('Issued by', by) : fact('', `which is issued by ${by}`)
    }),
    fact('Valid', `${day(leaf.validFrom)} to ${day(leaf.validTo)}`),
    fact('Fingerprint', String(leaf.fingerprint)),
    fact('TLS', [version ?? error, trust].join(', ')),
  ]
}

/** A date as in the evidence, without its time. */
function day(date: unknown): string {
  return typeof date === 'string' ? date.slice(0, 10) : 'an unreadable date'
}

function answerLines(http: unknown): readonly Line[] {
  const {status, headers} = members(http)
  if (status === undefined) return []
  const told = Object.entries(members(headers)).map(([name, value]) => `${name}: ${value}`)
  return [fact('Answer', [`HTTP ${status}`, ...told].join('; '))]
}

function attemptLines(attempts: unknown): readonly Line[] {
  return items(attempts).map((attempt, at) => {
    const {address, outcome, errno, ms} = members(attempt)
    const why = typeof errno === 'string' ? ` (${errno})` : ''
    return fact(at === 0 ? 'Tried' : '', `${address}: ${outcome}${why}, ${Math.round(Number(ms))} ms`)
  })
}

/** The way past a proxy: as measured for a path, as judged for a firewall. */
function directLines(direct: unknown): readonly Line[] {
  const ways = Array.isArray(direct) ? direct : [direct]
  return ways.flatMap(way => {
    const {code, detail, verdict, reason} = members(way)
    if (typeof verdict === 'string') return [fact('Without proxy', `${verdict}: ${reason}`)]
    if (typeof code !== 'string') return []
    const words = isCauseCode(code) && code !== 'ok' ? causeWords(code, 'fail') : 'OK'
    return [fact('Without proxy', `${words} (${detail})`)]
  })
}

function otherUserLines(judgement: unknown): readonly Line[] {
  const {reason} = members(judgement)
  return typeof reason === 'string' ? [fact('The other user', reason)] : []
}

/** Ready to be copied into the policy. */
function statementLines(statement: unknown): readonly Line[] {
  return typeof statement === 'object' && statement !== null
    ? [fact('To be added', JSON.stringify(statement))]
    : []
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? {...value} : {}
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
