import {maybe, maybeText, oneText, same, slot, type Template, text, type Words} from './pattern.ts'
import type {StepForm} from './step-form.ts'
import {CHAIN, COMMENT, PEER, PORT, RULE_WORDS, TABLE, TRANSPORT} from './vocabulary.ts'

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
