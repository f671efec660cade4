import {HANDLE} from '../../../contract/command-line.ts'
import {either, maybe, maybeText, oneText, same, slot, type Template, text, type Words} from './pattern.ts'
import type {StepForm} from './step-form.ts'
import {
  CHAIN,
  COMMENT,
  NFT_CHAIN,
  NFT_FAMILY,
  NFT_RULE,
  NFT_TABLE,
  PEER,
  PLACE,
  PORT,
  RULE_WORDS,
  TABLE,
  TRANSPORT,
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

const UFW: Words = [
  same(
    'rule',
    ...['allow', 'out', 'proto', TRANSPORT],
    maybe('from', 'any', 'port', '1:65535'),
    ...['to', oneText(text`any`, text`${PEER}`), 'port', PORT],
  ),
]

export const UFW_RULE: StepForm = {
  name: 'rule of ufw',
  do: ['ufw', 'prepend', ...UFW, 'comment', COMMENT],
  undo: ['ufw', 'delete', ...UFW],
  alreadyDone: ['ufw', 'show', 'added'],
  mark: text`comment '${COMMENT}'`,
}

const PERMANENT = maybe(slot('permanent', /--permanent/))

const direct = (action: 'add' | 'remove' | 'query'): Words => [
  'firewall-cmd',
  PERMANENT,
  ...['--direct', `--${action}-rule`, slot('family', /ipv[46]/), TABLE, CHAIN],
  slot('priority', /0|-[1-9]\d{0,9}/),
  ...RULE_WORDS,
]

export const DIRECT_RULE: StepForm = {
  name: 'direct rule of firewalld',
  do: direct('add'),
  undo: direct('remove'),
  alreadyDone: direct('query'),
}

/** A rich rule has no comment: what tells it is all that it says. */
const RICH = slot('rich', /rule [a-z0-9.:/=, -]{1,200}/, {
  oneOf: [
    text`rule ${maybeText(text`priority=${slot('priority', /-[1-9]\d{0,4}/)} `)}${maybeText(text`family=${slot('family', /ipv[46]/)} `)}${maybeText(text`destination address=${PEER} `)}${oneText(
      text`port port=${PORT} protocol=${TRANSPORT}`,
      text`icmp-type name=neighbour-${slot('message', /solicitation|advertisement/)}`,
    )} accept`,
  ],
})

const rich = (option: Template): Words => [
  'firewall-cmd',
  PERMANENT,
  ...['--policy', slot('policy', /\w[\w.+@-]{0,127}/)],
  option,
]

export const RICH_RULE: StepForm = {
  name: 'rich rule of firewalld',
  do: rich(text`--add-rich-rule=${RICH}`),
  undo: rich(text`--remove-rich-rule=${RICH}`),
  alreadyDone: rich(text`--query-rich-rule=${RICH}`),
}

export const PANIC: StepForm = {
  name: "end of firewalld's panic mode",
  do: ['firewall-cmd', '--panic-off'],
  undo: ['firewall-cmd', '--panic-on'],
  alreadyDone: null,
}
