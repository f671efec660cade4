import type {Condition} from '../condition.ts'
import type {PortRange} from '../fields.ts'
import type {Rule} from '../model.ts'
import {MAYBE, NO, negateIf, or, type Ternary} from '../ternary.ts'
import {within} from '../within.ts'
import type {Translations} from './translations.ts'

/** The ports that packets of one connection may have, at either end. */
export type PossiblePorts = Readonly<Record<'src' | 'dst', readonly PortRange[]>>

/** Which of a packet's two addresses is the server's in a chain: both when packets of either direction come by. */
export type Peer = 'src' | 'dst' | 'both'

/** By where the server stands; NAT may give it, and this host, other ports than those of the question. */
export function possiblePorts(
  port: number,
  localPorts: PortRange,
  {serverPorts, clientPorts}: Translations,
): Readonly<Record<Peer, PossiblePorts>> {
  const server = [{lo: port, hi: port}, ...serverPorts]
  const client = [localPorts, ...clientPorts]
  const all = [...server, ...client]
  return {dst: {src: client, dst: server}, src: {src: server, dst: client}, both: {src: all, dst: all}}
}

/** False when no packet with such ports can match the rule, wherever it goes. */
export function mayMatchPorts({conditions}: Rule, ports: PossiblePorts): boolean {
  return conditions.every(condition => answer(condition, ports) !== NO)
}

function answer(condition: Condition, ports: PossiblePorts): Ternary {
  switch (condition.kind) {
    case 'constant':
      return condition.value
    case 'ports': {
      const inRanges = (query: PortRange) =>
        condition.ranges.reduce<Ternary>((found, range) => or(found, within(range, query)), NO)
      const of = (end: 'src' | 'dst') => ofAll(ports[end].map(inRanges))
      const found = condition.of === 'either' ? or(of('src'), of('dst')) : of(condition.of)
      return negateIf(condition.negated, found)
    }
    case 'lookup': {
      const [selector, ...others] = condition.key
      if (selector?.source.of !== 'port' || others.length > 0 || selector.operations.length > 0) return MAYBE
      return negateIf(condition.negated, condition.among.contains([ports[selector.source.field]]))
    }
    default:
      return MAYBE
  }
}

function ofAll(answers: readonly Ternary[]): Ternary {
  const [first = MAYBE] = answers
  return answers.every(one => one === first) ? first : MAYBE
}
