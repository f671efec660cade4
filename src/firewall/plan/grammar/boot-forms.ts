import {BOOT_PROGRAM, PROGRAM_LINE} from '../boot/program.ts'
import {digestOf, FORM_LINE} from '../boot/rules-file.ts'
import {
  BOOT_DIRECTORY,
  BOOT_UNIT,
  EXEC_LINE,
  PROGRAM_PATH,
  UNIT_LINK,
  UNIT_PATH,
  UNIT_TEXT,
} from '../boot/unit.ts'
import {type Bound, matchCommand, matchText, slot, text, type Words} from './pattern.ts'
import type {StepForm} from './step-form.ts'
import {
  CHAIN,
  COMMENT,
  ID,
  NFT_CHAIN,
  NFT_FAMILY,
  NFT_RULE,
  NFT_TABLE,
  RULE_WORDS,
  TABLE,
} from './vocabulary.ts'

/**
 * SHA-256 of the programs and units that releases have written; what a journal has was written by one of them. When a text
 * changes, add the digest of the text before.
 */
const PROGRAMS: readonly string[] = [digestOf(BOOT_PROGRAM)]
const UNIT_TEXTS: readonly string[] = [digestOf(UNIT_TEXT)]

const WHOLE = /[^\0]+/
/** Whether a text is the program of any release. */
export const isBootProgram = (text: string) => PROGRAMS.includes(digestOf(text))
export const isBootUnit = (text: string) => UNIT_TEXTS.includes(digestOf(text))

export const BOOT_FOLDER: StepForm = {
  name: 'directory of what is added at boot',
  do: ['mkdir', '-m', '0755', BOOT_DIRECTORY],
  undo: ['rmdir', BOOT_DIRECTORY],
  alreadyDone: ['test', '-d', BOOT_DIRECTORY],
  sharedIn: BOOT_DIRECTORY,
}

export const BOOT_PROGRAM_FILE: StepForm = {
  name: 'program that adds rules at boot',
  do: ['tee', PROGRAM_PATH],
  input: slot('program', WHOLE, {is: isBootProgram}),
  undo: ['rm', '-f', PROGRAM_PATH],
  alreadyDone: ['grep', '-qxF', '-e', PROGRAM_LINE, PROGRAM_PATH],
  edits: PROGRAM_PATH,
  sharedIn: BOOT_DIRECTORY,
}

export const BOOT_UNIT_FILE: StepForm = {
  name: 'systemd unit that adds rules at boot',
  do: ['tee', UNIT_PATH],
  input: slot('unit', WHOLE, {is: isBootUnit}),
  undo: ['rm', '-f', UNIT_PATH],
  afterUndo: ['systemctl', 'daemon-reload'],
  alreadyDone: ['grep', '-qxF', '-e', EXEC_LINE, UNIT_PATH],
  edits: UNIT_PATH,
  sharedIn: BOOT_DIRECTORY,
}

export const BOOT_UNIT_ENABLED: StepForm = {
  name: 'start at boot of the unit that adds rules',
  do: ['systemctl', 'enable', BOOT_UNIT],
  undo: ['systemctl', 'disable', '--now', BOOT_UNIT],
  alreadyDone: ['test', '-L', UNIT_LINK],
  sharedIn: BOOT_DIRECTORY,
}

const NAME = text`${slot('number', /\d{3}/)}-${ID}`
const PATH = text`/etc/drs-onboard/${NAME}.rules`

export const BOOT_RULES_FILE: StepForm = {
  name: 'rules that a fix has added at boot',
  do: ['tee', PATH],
  input: text`${slot('rules', WHOLE, {is: isRules})}digest ${slot('digest', /[0-9a-f]{64}/, {
    is: (digest, {rules}) => rules === undefined || rules === null || digestOf(rules) === digest,
  })}
`,
  undo: ['rm', '-f', PATH],
  alreadyDone: ['grep', '-qxF', '-e', text`digest ${slot('digest', /[0-9a-f]{64}/)}`, PATH],
  edits: PATH,
  verify: ['/bin/sh', PROGRAM_PATH, 'rehearse', NAME],
}

const IPTABLES_CHAIN: Words = [
  text`iptables ${slot('program', /\/(?:usr\/(?:local\/)?)?s?bin\/ip6?tables(?:-legacy|-nft)?/)}`,
  text`table ${TABLE}`,
  text`chain ${CHAIN}`,
]
const NFT_IN_CHAIN: Words = [
  text`nft ${slot('program', /\/(?:usr\/(?:local\/)?)?s?bin\/nft/)}`,
  text`family ${NFT_FAMILY}`,
  text`table ${NFT_TABLE}`,
  text`chain ${NFT_CHAIN}`,
]
const PLACE: Words = [text`before ${slot('before', /policy|unknown|rule [^\n\0]+/)}`, text`mark ${COMMENT}`]

/** Whether the lines are those that `rulesFile` writes for the remedy, without the last one. */
function isRules(value: string, {id, port}: Bound): boolean {
  const remedy = {id: id ?? null, port: port ?? null}
  const [form, head, ...lines] = value.replace(/\n$/, '').split('\n')
  if (form !== FORM_LINE || head !== `remedy ${remedy.id}`) return false
  const rules = value.endsWith('\nadd\n') ? rulesIn(lines) : []
  return rules.length > 0 && rules.every(rule => isRule(rule, remedy))
}

function rulesIn(lines: readonly string[]): readonly (readonly string[])[] {
  const ends = lines.flatMap((line, at) => (line === 'add' ? [at] : []))
  return ends.map((end, at) => lines.slice(at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end))
}

function isRule(lines: readonly string[], remedy: Bound): boolean {
  const first = lines.findIndex(line => line.startsWith('word '))
  if (first < 0) return false
  const words = lines.slice(first).map(line => (line.startsWith('word ') ? line.slice('word '.length) : ''))
  const head = lines.slice(0, first)
  const iptables = matchCommand([...IPTABLES_CHAIN, ...PLACE], head, remedy)
  if (iptables !== null) return matchCommand(RULE_WORDS, words, iptables) !== null
  const nft = matchCommand([...NFT_IN_CHAIN, ...PLACE], head, remedy)
  return nft !== null && words.length === 1 && matchText(NFT_RULE, words[0] ?? '', nft) !== null
}
