import type {Command} from '../../../contract/remedy.ts'
import {BOOT_DIRECTORY, PROGRAM_PATH, UNIT_PATH} from '../boot/unit.ts'
import * as boot from '../grammar/boot-forms.ts'
import * as files from '../grammar/file-forms.ts'
import type {Bound} from '../grammar/pattern.ts'
import * as managers from '../grammar/rule-forms.ts'
import * as rules from '../grammar/rule-forms.ts'
import type {StepForm} from '../grammar/step-form.ts'
import * as windows from '../grammar/windows-forms.ts'
import {LOCAL_RULES} from '../windows/commands.ts'
import {compareIptables} from './compare-iptables.ts'
import {compareNft} from './compare-nft.ts'
import {directLeft, richLeft} from './firewalld-left.ts'
import {inFile, inRuleset, inSave, savedLine, saveLine} from './in-listings.ts'
import {isMarked, type Left, type Looker} from './left.ts'
import {ufwLeft, ufwUnchanged} from './ufw-left.ts'
import {windowsLeft, windowsUnchanged} from './windows-left.ts'

const RULESET: Command = ['nft', '-a', 'list', 'ruleset']

const NFT_FILES = ['/etc/nftables.conf', '/etc/sysconfig/nftables.conf']
const IPTABLES_FILES = [
  ...[
    '/etc/iptables/rules.v4',
    '/etc/iptables/rules.v6',
    '/etc/sysconfig/iptables',
    '/etc/sysconfig/ip6tables',
  ],
  ...['/etc/ufw/before.rules', '/etc/ufw/before6.rules'],
]

const wordsOf = (bound: Bound): readonly string[] => JSON.parse(bound.rule ?? '[]')

/** The program first that the step used, then those of either engine: rules may have been moved over. */
function savesOf({program}: Bound): readonly string[] {
  const family = program?.startsWith('ip6') ? 'ip6tables' : 'iptables'
  return [...new Set([program ?? family, `${family}-legacy`, `${family}-nft`])]
}

const IPTABLES: Looker = {
  commands: bound => [...savesOf(bound).map((program): Command => [`${program}-save`]), RULESET],
  files: () => IPTABLES_FILES,
  find({printed, files: texts}, bound) {
    const ours = saveLine(bound.chain ?? '', wordsOf(bound))
    const listings = savesOf(bound).map((program, at) => inSave(printed[at] ?? '', program, ours, bound))
    // A plain name and a suffixed one may stand for the same engine.
    const textsOf = (left: readonly Left[]) => JSON.stringify(left.map(({text}) => text))
    const apart = listings.filter(
      (left, at) => listings.findIndex(other => textsOf(other) === textsOf(left)) === at,
    )
    const saved = listings.some(left => left.length > 0)
    const native = saved ? [] : inRuleset(printed.at(-1) ?? '', {ours: null}, bound)
    return [...apart.flat(), ...native, ...inFiles(IPTABLES_FILES, texts, bound)]
  },
}

function inFiles(paths: readonly string[], texts: readonly (string | null)[], bound: Bound): readonly Left[] {
  return paths.flatMap((path, at) => inFile(path, texts[at] ?? '', null, bound))
}

const NATIVE: Looker = {
  commands: () => [RULESET],
  files: () => NFT_FILES,
  find: ({printed, files: texts}, bound) => [
    ...inRuleset(printed[0] ?? '', {ours: bound.rule ?? null}, bound),
    ...inFiles(NFT_FILES, texts, bound),
  ],
  isUnchanged(line, {rule}) {
    const likeness = compareNft(line.replace(/# handle \d+\s*$/, ''), rule ?? '')
    return likeness === 'same'
  },
}

const UFW: Looker = {
  commands: () => [['ufw', 'show', 'added']],
  files: () => [],
  find: ({printed}, bound) => ufwLeft(printed[0] ?? '', wordsOf(bound), bound),
  isUnchanged: (line, bound) => ufwUnchanged(line, wordsOf(bound)),
}

/** What is in effect, and what is written down: the step that writes it down is undone before the other. */
const inBoth = ({permanent}: Bound, ...words: readonly string[]): readonly Command[] =>
  permanent
    ? [['firewall-cmd', '--permanent', ...words]]
    : [
        ['firewall-cmd', ...words],
        ['firewall-cmd', '--permanent', ...words],
      ]

const directLists = (bound: Bound) => inBoth(bound, '--direct', '--get-all-rules')
const richLists = (bound: Bound) => inBoth(bound, '--policy', bound.policy ?? '', '--list-rich-rules')
const isPermanent = (command: Command) => command.includes('--permanent')

const DIRECT: Looker = {
  commands: directLists,
  files: () => [],
  find: ({printed}, bound) =>
    directLists(bound).flatMap((command, at) =>
      directLeft(printed[at] ?? '', isPermanent(command), wordsOf(bound), bound),
    ),
}

const RICH: Looker = {
  commands: richLists,
  files: () => [],
  find: ({printed}, bound) =>
    richLists(bound).flatMap((command, at) => richLeft(printed[at] ?? '', isPermanent(command), bound)),
}

const WINDOWS: Looker = {
  commands: () => [['reg.exe', 'query', LOCAL_RULES]],
  files: () => [],
  find: ({printed}, bound) => windowsLeft(printed[0] ?? '', bound),
  isUnchanged: (printed, bound) => windowsUnchanged(printed, bound),
}

function fileLooker(compare: (line: string, ours: string) => 'same' | 'wider' | null): Looker {
  return {
    commands: () => [],
    files: ({path}) => [path ?? ''],
    find: ({files: [text]}, bound) =>
      inFile(bound.path ?? '', text ?? '', line => compare(line, bound.line ?? ''), bound),
    isUnchanged: (text, bound) =>
      text.split('\n').every(line => !isMarked(line, bound) || compare(line, bound.line ?? '') === 'same'),
  }
}

const SAVED = fileLooker((line, ours) => compareIptables(savedLine(line), savedLine(ours)))
/** In a file for nft, a rule may be a command. */
const ruleOf = (line: string) => line.trim().replace(/^add rule (?:\S+ ){3}/, '')
const SOURCE = fileLooker((line, ours) => compareNft(ruleOf(line), ruleOf(ours)))

/** A unit that somebody has edited is not known by its line any more. */
const UNIT: Looker = {
  commands: () => [],
  files: ({id}) => [unitPath(id)],
  find: ({files: [text]}, {id}) =>
    text === null || text === undefined
      ? []
      : [{text: unitPath(id), remove: ['rm', '-f', unitPath(id)], marked: true}],
}
/** A file that a step writes whole: what somebody has edited stays. */
function wholeFile(
  pathOf: (bound: Bound) => string,
  isOurs: (text: string, bound: Bound) => boolean,
): Looker {
  return {
    commands: () => [],
    files: bound => [pathOf(bound)],
    find: ({files: [text]}, bound) =>
      text === null || text === undefined
        ? []
        : [{text: pathOf(bound), remove: ['rm', '-f', pathOf(bound)], marked: true}],
    isUnchanged: isOurs,
  }
}

const BOOT_RULES = wholeFile(
  ({number, id}) => `${BOOT_DIRECTORY}/${number}-${id}.rules`,
  (text, {rules, digest}) => text === `${rules}digest ${digest}\n`,
)
const BOOT_PROGRAM_FILE = wholeFile(() => PROGRAM_PATH, boot.isBootProgram)
const BOOT_UNIT_FILE = wholeFile(() => UNIT_PATH, boot.isBootUnit)

const unitPath = (id: string | null | undefined) => `/etc/systemd/system/drs-onboard-${id}.service`

/** How to look for what remains of a step; forms without an entry leave nothing to look for. */
const LOOKERS: ReadonlyMap<StepForm, Looker> = new Map<StepForm, Looker>([
  [rules.IPTABLES_RULE, IPTABLES],
  [rules.NATIVE_RULE, NATIVE],
  [managers.UFW_RULE, UFW],
  [managers.DIRECT_RULE, DIRECT],
  [managers.RICH_RULE, RICH],
  [files.IPTABLES_FILE_LINE, SAVED],
  [files.UFW_FILE_LINE, SAVED],
  [files.NFT_FILE_LINE, SOURCE],
  [files.UNIT_FILE, UNIT],
  [boot.BOOT_RULES_FILE, BOOT_RULES],
  [boot.BOOT_PROGRAM_FILE, BOOT_PROGRAM_FILE],
  [boot.BOOT_UNIT_FILE, BOOT_UNIT_FILE],
  [windows.CREATED_RULE, WINDOWS],
])

export const lookerFor = (form: StepForm): Looker | null => LOOKERS.get(form) ?? null
