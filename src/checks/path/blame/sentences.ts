import type {CauseCode, Owner} from '../../../contract/cause-codes.ts'
import type {BlameEvidence} from '../../../contract/evidence.ts'
import type {Judgement} from '../../../contract/judgement.ts'
import {ownCommandText} from '../../../contract/own-command.ts'
import {blockCause} from '../../../firewall/block-cause.ts'
import {CAPTURED, clause, disagreement} from '../../disagreement.ts'
import type {Sentences} from '../sentences.ts'
import type {NameQuery} from './name-queries.ts'
import type {Placed} from './place.ts'

/** A cause as it is told when only the path itself is looked at. */
export type Cause = Sentences & {
  readonly code: CauseCode
  readonly owner?: Owner | undefined
  readonly host: string
  readonly port: number
  /** What the layer saw, as a clause. */
  readonly detail: string
}

export type Blamed = Sentences & {
  readonly code: CauseCode
  readonly owner?: Owner | undefined
  readonly evidence: BlameEvidence
}

/** What a failing path is told as, once it is known who stops it. */
export function tellBlame(cause: Cause, placed: Placed): Blamed {
  const {blame, rules, query = null} = placed
  const {host, port} = cause
  const to = query === null ? `${host} on TCP ${port}` : `${serverOf(query)} on ${portOf(query)}`
  const evidence = evidenceOf(placed)
  const here = {owner: 'this-host', evidence} as const
  switch (blame.kind) {
    case 'beyond':
      return blame.contradicts === null
        ? {...cause, evidence}
        : {...cause, evidence, nextStep: `${cause.nextStep} ${REPORT_BLOCK()}`}
    case 'rule':
      return {...here, ...tellRule(blame.judgement, query && {...query, host})}
    case 'redirected':
      return {
        ...here,
        code: cause.code,
        summary: `${clause(cause.summary)}; a rule on this server redirects the connection to ${blame.to}.`,
        nextStep: `Check the program that listens on ${blame.to}, or remove the redirect from this server's rules.`,
      }
    case 'measured':
      if (blame.contradicts !== null) {
        return {
          ...here,
          code: query === null ? 'tcp.local-drop' : cause.code,
          summary: `Packets to ${to} do not leave this server (${blame.how}), ${blame.contradicts.verdict === 'allow' ? 'although its rules allow them' : 'but not where its rules are judged to block them'}: rules and kernel disagree.`,
          nextStep: `Look for what else blocks packets on this server (tc and BPF filters, IPsec policies, a security agent), and report the disagreement as a bug, with ${CAPTURED()}.`,
        }
      }
      return {
        ...here,
        code: isSilent(cause.code) ? 'tcp.local-drop' : cause.code,
        summary: `Packets to ${to} do not leave this server: ${blame.how}.`,
        nextStep: `${rules?.advice ?? ADVICE}; ${ownCommandText('fix')} then offers a fix.`,
      }
    case 'undecided': {
      const what = cause.code.startsWith('tcp.')
        ? `TCP ${port} to ${host} fails: ${cause.detail}`
        : clause(cause.summary)
      return {
        ...here,
        code: cause.code,
        summary: `${what}; it is not known whether the host firewall or the network blocks it: ${blame.why}.`,
        nextStep: `${rules?.advice ?? ADVICE}; if the host firewall allows it: ${cause.nextStep}`,
      }
    }
  }
}

const ADVICE = 'Check the host firewall'

const REPORT_BLOCK = () =>
  `The rules were judged to block it, but packets leave this server: rules and kernel disagree. Report this as a bug, with ${CAPTURED()}.`

/** What to do about a rule where the check at hand plans nothing. */
export const FIX_WITH_CHECKS = (): string =>
  `Run ${ownCommandText('fix')} with the firewall checks (without --only and --skip) to see the fix.`

function tellRule(
  judgement: Judgement,
  query: (NameQuery & {readonly host: string}) | null,
): Sentences & {readonly code: CauseCode} {
  return {
    code: blockCause(judgement),
    summary:
      query === null
        ? judgement.reason
        : `${query.host} does not resolve: the host firewall blocks ${portOf(query)} of ${serverOf(query)}. ${judgement.reason}`,
    nextStep: FIX_WITH_CHECKS(),
  }
}

export function serverOf({to}: Pick<NameQuery, 'to'>): string {
  return `the name server ${to}`
}

export function portOf({protocol, port}: Pick<NameQuery, 'protocol' | 'port'>): string {
  return `${protocol.toUpperCase()} ${port}`
}

/** Codes of connections that nobody answers. */
function isSilent(code: CauseCode): boolean {
  return ['tcp.timeout', 'proxy.unreachable', 'tls.timeout', 'http.timeout'].includes(code)
}

/** The query that a blame is about. */
export function queryEvidence({to, port, protocol}: NameQuery): Pick<BlameEvidence, 'query'> {
  return {query: {to, port, protocol}}
}

function evidenceOf({blame, rules, measured, query}: Placed): BlameEvidence {
  const contradicts = 'contradicts' in blame ? blame.contradicts : null
  return {
    blame: blame.kind,
    ...(query === undefined ? {} : queryEvidence(query)),
    ...(rules === null ? {} : {ownRules: {verdict: rules.judgement.verdict, reason: rules.judgement.reason}}),
    ...(blame.kind === 'rule' ? {judgement: blame.judgement} : {}),
    ...(measured === null
      ? {}
      : {measured: {departure: measured.kind, detail: 'how' in measured ? measured.how : measured.why}}),
    ...(contradicts === null
      ? {}
      : {
          disagreement: disagreement(
            contradicts,
            measured !== null && 'how' in measured ? measured.how : 'the connection opens',
          ),
        }),
  }
}
