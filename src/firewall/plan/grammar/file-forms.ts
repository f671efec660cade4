import {type Bound, matchCommand, maybeText, slot, type Template, text, type Words} from './pattern.ts'
import {AT_BOOT} from './rule-forms.ts'
import type {StepForm} from './step-form.ts'
import {
  CHAIN,
  COMMENT,
  ID,
  NFT_CHAIN,
  NFT_FAMILY,
  NFT_RULE,
  NFT_TABLE,
  PLACE,
  RULE_TEXT,
} from './vocabulary.ts'

/** No empty, hidden or upward part. */
const PART = '\\/[\\w@+][\\w.@+-]{0,127}'

const IPTABLES_FILE = /\/etc\/(?:iptables\/rules\.v[46]|sysconfig\/ip6?tables)/
const UFW_FILE = /\/etc\/ufw\/before6?\.rules/
const NFT_ROOT = /\/etc\/(?:sysconfig\/)?nftables\.conf/
/** What such a root may include: files that by their folder or their ending hold rules. */
const NFT_FILE = new RegExp(
  `\\/etc(?:${PART}){0,8}(?:\\/nftables(?:\\.conf)?(?:\\.d)?${PART}|${PART}\\.(?:nft|nftables|rules|conf))`,
)

/** Whether a file for `nft -f` is one that a step may edit. */
export function isNftFile(path: string): boolean {
  return new RegExp(`^(?:${NFT_FILE.source})$`).test(path)
}

/** A text that `pattern` of edit-file.ts has made, which a basic regular expression between slashes takes literally. */
const SED_PATTERN = /(?:[^\\.*[^$/\n]|\\[\\.*[^$/])*/
/** A text that `replacement` of edit-file.ts has made. */
const SED_REPLACEMENT = /(?:[^\\&/\n]|\\[\\&/])*/
const unescaped = (escaped: string) => escaped.replace(/\\([\\.*[^$/&])/g, '$1')

type Edit = {
  readonly name: string
  readonly path: RegExp
  readonly line: Template
  readonly mark: Template
  readonly test: Words
}

/** The step that `insertLine` makes. */
function edit({name, path, line, mark, test}: Edit): StepForm {
  const PATH = slot('path', path)
  const sed = (script: Template): Words => ['sed', '-i', '--follow-symlinks', '-e', script, PATH]
  const anchor = slot('anchor', SED_PATTERN, {read: unescaped})
  const inserted = slot('line', SED_REPLACEMENT, {read: unescaped, oneOf: [line]})
  return {
    name,
    do: sed(text`${slot('before', PLACE)}s/^${anchor}$/${inserted}\\n&/`),
    undo: sed(text`/${slot('mark', SED_PATTERN, {read: unescaped})}/d`),
    alreadyDone: ['grep', '-qF', '-e', slot('mark', /.*/, {oneOf: [mark]}), PATH],
    edits: PATH,
    test,
  }
}

const RESTORE = slot('restore', /ip6?tables-restore/)
const END = slot('end', /\r?/)
const SAVED_LINE = text`-A ${CHAIN} ${RULE_TEXT}${END}`
const SAVED_MARK = text`"${COMMENT}"`

export const IPTABLES_FILE_LINE = edit({
  name: 'line of a rules file of iptables',
  path: IPTABLES_FILE,
  line: SAVED_LINE,
  mark: SAVED_MARK,
  test: [RESTORE, '-w', '5', '--test', slot('path', IPTABLES_FILE)],
})

export const UFW_FILE_LINE = edit({
  name: 'line of before.rules of ufw',
  path: UFW_FILE,
  line: SAVED_LINE,
  mark: SAVED_MARK,
  test: [RESTORE, '--test', slot('path', UFW_FILE)],
})

export const NFT_FILE_LINE = edit({
  name: 'line of a file for nft',
  path: NFT_FILE,
  line: text`${slot('indent', /[\t ]*/)}${maybeText(text`add rule ${NFT_FAMILY} ${NFT_TABLE} ${NFT_CHAIN} `)}${NFT_RULE}${END}`,
  mark: text`comment "${COMMENT}"`,
  test: ['nft', '-c', '-f', slot('root', NFT_ROOT)],
})

/** Units that earlier releases wrote, one for each remedy: their journals have them to undo. */
const UNIT = text`drs-onboard-${ID}.service`
const UNIT_PATH = text`/etc/systemd/system/${UNIT}`

const EXEC_START = slot('execStart', /ExecStart=[^\n]+/, {is: repeatsChange})
const UNIT_TEXT = text`[Unit]
Description=${slot('description', /[^\n]*/)}
After=${slot('after', /[\w.@ -]*/)}

[Service]
Type=oneshot
RemainAfterExit=yes
${slot('execStarts', /(?:ExecStart=[^\n]+\n)+/, {
  is: (lines, remedy) =>
    lines
      .trimEnd()
      .split('\n')
      .every(line => repeatsChange(line, remedy)),
})}
[Install]
WantedBy=multi-user.target
`

/** Whether a line of a unit runs what a step of the remedy does, or takes away what an earlier start has added. */
function repeatsChange(line: string, {id, port}: Bound): boolean {
  const [, path, rest] = /^ExecStart=-?\/(?:usr\/(?:local\/)?)?s?bin\/(\S+) (.*)$/.exec(line) ?? []
  const words = rest === undefined ? null : systemdWords(rest)
  if (path === undefined || words === null) return false
  const remedy = {id: id ?? null, port: port ?? null}
  return AT_BOOT.some(form => matchCommand(form, [path, ...words], remedy) !== null)
}

/** Reads back the words of a command in a unit that an earlier release has written; null for anything else. */
function systemdWords(line: string): readonly string[] | null {
  const words = line.match(/"(?:[^"\\]|\\[\\"])*"|[^\s"\\]+/g) ?? []
  if (words.join(' ') !== line) return null
  return words.map(word =>
    word
      .replace(/^"(.*)"$/, '$1')
      .replace(/\\([\\"])/g, '$1')
      .replaceAll('%%', '%')
      .replaceAll('$$', '$'),
  )
}

export const UNIT_FILE: StepForm = {
  name: 'systemd unit of this tool',
  do: ['tee', UNIT_PATH],
  input: UNIT_TEXT,
  undo: ['rm', '-f', UNIT_PATH],
  alreadyDone: ['grep', '-qxF', '-e', EXEC_START, UNIT_PATH],
  edits: UNIT_PATH,
}

export const UNIT_ENABLED: StepForm = {
  name: 'start of that unit at boot',
  do: ['systemctl', 'enable', UNIT],
  undo: ['systemctl', 'disable', '--now', UNIT],
  alreadyDone: ['test', '-L', text`/etc/systemd/system/multi-user.target.wants/${UNIT}`],
}
