import type {Judgement, Stage} from '../../../contract/judgement.ts'
import type {Departure} from '../../../platform/network/departure/departure.ts'

/** Who stops a connection that failed, by what the rules of this host make of it and what was measured. */
export type Blame =
  /** Something past this host: its rules let the connection through, or its packets were measured to leave. */
  | {readonly kind: 'beyond'; readonly contradicts: Judgement | null}
  /** A rule of this host. */
  | {readonly kind: 'rule'; readonly judgement: Judgement}
  /** What a rule of this host redirects the connection to: a program on this host. */
  | {readonly kind: 'redirected'; readonly to: string}
  /** This host, by measurement. `contradicts`: what the rules are taken to say, where that is otherwise. */
  | {readonly kind: 'measured'; readonly how: string; readonly contradicts: Judgement | null}
  /** This host or something past it: `why` that is not known, as a clause. `contradicts` as above. */
  | {readonly kind: 'undecided'; readonly why: string; readonly contradicts: Judgement | null}

/**
 * How far a connection came: it did not open; it opened and fell silent; it opened and something came back, such as an
 * RST; data went both ways.
 */
export type Course = 'not-open' | 'stall' | 'answer' | 'data'

/** The stages at which the connection request has not left yet. */
const BEFORE_LEAVING: ReadonlySet<Stage | null> = new Set<Stage | null>(['out-syn', null])

/** The stages that a connection has behind it once it is open. */
const BEFORE_OPEN: ReadonlySet<Stage | null> = new Set<Stage | null>(['out-syn', 'in-synack'])

/**
 * Nobody past this host is named unless its own rules for the very flow let it through, or the flow was measured to
 * leave it. Where a measurement says otherwise than the rules, it counts: rules can be misread, and not all that drops
 * packets is a rule.
 *
 * @param rules null where rules are not judged for such a flow
 * @param undecided why the rules do not decide it, as a clause; null where they do
 */
export function decideBlame(
  rules: Judgement | null,
  undecided: string | null,
  measured: Departure,
  course: Course = 'not-open',
): Blame {
  switch (rules?.verdict) {
    case 'allow':
      if (rules.redirectedTo !== null) return {kind: 'redirected', to: rules.redirectedTo}
      if (course !== 'not-open' && rules.warnings.length > 0)
        return besidePayloadRules(rules, measured, course)
      return measured.kind === 'stopped'
        ? {kind: 'measured', how: measured.how, contradicts: rules}
        : {kind: 'beyond', contradicts: null}
    case 'block':
      if (course === 'data' || (course !== 'not-open' && BEFORE_OPEN.has(rules.stage)))
        return againstBlock(rules, measured)
      return measured.kind === 'left' && BEFORE_LEAVING.has(rules.stage)
        ? {kind: 'beyond', contradicts: rules}
        : {kind: 'rule', judgement: rules}
    case 'unknown':
    case undefined:
      if (measured.kind === 'left') return {kind: 'beyond', contradicts: null}
      return measured.kind === 'stopped'
        ? {kind: 'measured', how: measured.how, contradicts: null}
        : {kind: 'undecided', why: whyUndecided(undecided, measured), contradicts: null}
  }
}

/** Rules that look into the packets let a connection open, and may stop what follows, either way. */
function besidePayloadRules({warnings}: Judgement, measured: Departure, course: Course): Blame {
  const rule = `a rule of this server looks into the packets (${warnings.join('; ')})`
  if (measured.kind === 'stopped')
    return {kind: 'measured', how: `${measured.how}; ${rule}`, contradicts: null}
  return measured.kind === 'left' && course !== 'stall'
    ? {kind: 'beyond', contradicts: null}
    : {kind: 'undecided', why: whyUndecided(rule, measured), contradicts: null}
}

/** Where a connection has opened that the rules are judged to stop earlier, they tell nothing. */
function againstBlock(rules: Judgement, measured: Departure): Blame {
  switch (measured.kind) {
    case 'left':
      return {kind: 'beyond', contradicts: rules}
    case 'stopped':
      return {kind: 'measured', how: measured.how, contradicts: rules}
    default: {
      const why = "this server's rules are judged to stop the connection, which opens all the same"
      return {kind: 'undecided', why: whyUndecided(why, measured), contradicts: rules}
    }
  }
}

function whyUndecided(undecided: string | null, measured: Departure): string {
  const clauses = [
    undecided,
    measured.kind === 'unknown' ? measured.why : measured.kind === 'no-next-hop' ? measured.how : null,
  ]
  return clauses.filter(clause => clause !== null).join(', and ')
}
