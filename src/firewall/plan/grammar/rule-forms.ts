import {HANDLE} from '../../../contract/command-line.ts'
import {either, maybe, oneText, slot, text, type Words} from './pattern.ts'
import type {StepForm} from './step-form.ts'
import {
  CHAIN,
  COMMENT,
  NFT_CHAIN,
  NFT_FAMILY,
  NFT_RULE,
  NFT_TABLE,
  PLACE,
  RULE_WORDS,
  TABLE,
} from './vocabulary.ts'

const IPTABLES: Words = [slot('program', /ip6?tables(?:-legacy|-nft)?/), ...['-w', '5'], maybe('-t', TABLE)]

const IPTABLES_ADD: Words = [
  ...IPTABLES,
  either(['-I', CHAIN, slot('number', PLACE)], ['-A', CHAIN]),
  ...RULE_WORDS,
]
const IPTABLES_REMOVE: Words = [...IPTABLES, '-D', CHAIN, ...RULE_WORDS]

export const IPTABLES_RULE: StepForm = {
  name: 'rule of iptables',
  do: IPTABLES_ADD,
  undo: IPTABLES_REMOVE,
  alreadyDone: [...IPTABLES, '-C', CHAIN, ...RULE_WORDS],
}

const NFT_PLACE = text`${NFT_FAMILY} ${NFT_TABLE} ${NFT_CHAIN}`
const NFT_TEXT = slot('rule', /.+/, {oneOf: [NFT_RULE]})
const NFT_ADD = text`add rule ${NFT_PLACE} ${NFT_TEXT}`
const NFT_INDEX = text`insert rule ${NFT_PLACE} index ${slot('index', /\d{1,7}/)} ${NFT_TEXT}`
const NFT_POSITION = text`insert rule ${NFT_PLACE} position ${slot('position', /\d{1,20}/)} ${NFT_TEXT}`

export const NATIVE_RULE: StepForm = {
  name: 'rule of nf_tables',
  do: ['nft', oneText(NFT_ADD, NFT_INDEX, NFT_POSITION)],
  undo: ['nft', 'delete', 'rule', NFT_FAMILY, NFT_TABLE, NFT_CHAIN, 'handle', HANDLE],
  alreadyDone: ['nft', '-a', 'list', 'chain', NFT_FAMILY, NFT_TABLE, NFT_CHAIN],
  mark: text`comment "${COMMENT}"`,
}

/** The commands that a unit of an earlier release repeats at boot. */
export const AT_BOOT: readonly Words[] = [IPTABLES_ADD, IPTABLES_REMOVE, ['nft', oneText(NFT_ADD, NFT_INDEX)]]
