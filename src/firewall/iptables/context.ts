import type {IptablesEngine} from '../../contract/engines.ts'
import type {Queues} from '../host/queues.ts'
import type {Traits} from '../host/traits.ts'
import type {Family} from '../model/address.ts'
import type {Condition} from '../model/condition.ts'
import type {IpProtocol} from '../model/protocol.ts'
import {MAYBE, NO, YES} from '../model/ternary.ts'
import type {AddressSets} from '../sets/parse.ts'
import type {Option} from './spec.ts'

/** What a rule's text is interpreted against. */
export type RuleContext = {
  readonly engine: IptablesEngine
  readonly family: Family
  /** Of the packets that are judged. */
  readonly protocol: IpProtocol
  /** Null when the sets could not be read. */
  readonly sets: AddressSets | null
  /** Sets that rules themselves change while packets pass. */
  readonly changingSets: ReadonlySet<string>
  readonly queues: Queues
  readonly capturedAt: string
  readonly traits: Traits
}

/** The program whose dump it is. */
export function dumpedBy({engine, family}: Pick<RuleContext, 'engine' | 'family'>): string {
  const backend = engine === 'iptables-legacy' ? 'legacy' : 'nft'
  return `${family === 4 ? 'iptables' : 'ip6tables'}-${backend}-save`
}

/** Translates the options of one match; null when one of them has no translation. */
export type MatchTranslator = (
  options: readonly Option[],
  context: RuleContext,
) => readonly Condition[] | null

export const ALWAYS: Condition = {kind: 'constant', value: YES}
export const NEVER: Condition = {kind: 'constant', value: NO}
export const UNDECIDED: Condition = {kind: 'undecided', payload: false}
export const UNDECIDED_PAYLOAD: Condition = {kind: 'undecided', payload: true}

export function constantOf(condition: Condition): 0 | 1 | 2 | null {
  if (condition.kind === 'undecided') return MAYBE
  return condition.kind === 'constant' ? condition.value : null
}

/** Translates each option separately; null as soon as one has no translation. */
export function eachOption(
  options: readonly Option[],
  translate: (option: Option) => Condition | null,
): readonly Condition[] | null {
  const conditions: Condition[] = []
  for (const option of options) {
    const condition = translate(option)
    if (!condition) return null
    conditions.push(condition)
  }
  return conditions
}
