import type {NftRule, NftTable} from '../../nft/document.ts'
import type {NftPlace} from '../../nft/edit.ts'
import {ruleKey} from '../../nft/same-rule.ts'
import {includedPath, pathPattern, readSource, type Source, type SourceItem} from '../../nft/source.ts'
import type {Persistence} from '../../state/managers.ts'
import {type Anchor, type BootRule, ruleAnchor} from '../boot/rules-file.ts'
import type {Lasting} from '../engine-planner.ts'
import {isNftFile} from '../grammar/file-forms.ts'
import type {RuleFiles} from '../rule-files.ts'
import {nftBlockerAt} from './chains.ts'

type NftAddition = {
  readonly program: string
  /** As it was before the rule was added. */
  readonly table: NftTable
  readonly place: NftPlace
  readonly persistence: Persistence
  readonly files: RuleFiles
}

/**
 * How a rule outlives a reboot: in the file from which nftables.service loads the chain, at the same place; where
 * nobody keeps rules, by a unit.
 * @param rule as `nft` takes it, with its comment
 * @param comment what tells it from all others
 */
export function lastingNft(addition: NftAddition, rule: string, comment: string): Lasting {
  const {program, table, place, persistence, files} = addition
  const chain = `${place.family} ${place.table} ${place.chain}`
  if (persistence.manager === null) return {atBoot: atBoot(addition, rule, comment)}
  if (persistence.manager !== 'nftables.service')
    return `Add \`${rule}\` at the same place of chain ${place.chain} where table ${place.family} ${place.table} is loaded at boot: ${persistence.manager} does not load it.`
  const found = findInFiles(table, place, files)
  if (typeof found === 'string')
    return `Add \`${rule}\` at the same place of chain ${place.chain} (table ${place.family} ${place.table}) to a file that nftables.service loads, by hand: ${found}.`
  const {root, path, before, indent, isCommand} = found
  const harm = files.whyNotEditable(path)
  if (harm !== null)
    return `Add \`${rule}\` before line ${before} of ${path} by hand: the file is not edited, because ${harm}.`
  const line = `${indent}${isCommand ? `add rule ${chain} ` : ''}${rule}`
  return [
    files.insertLine({
      title: `Write the same rule to ${path}, before line ${before}`,
      path,
      before,
      line,
      mark: comment,
      test: [program, '-c', '-f', root],
    }),
  ]
}

function atBoot({program, table, place, persistence}: NftAddition, rule: string, comment: string): BootRule {
  return {
    kind: 'nft',
    program: persistence.programs[program] ?? `/usr/sbin/${program}`,
    family: place.family,
    table: place.table,
    chain: place.chain,
    before: anchorOf(table, place),
    mark: markOf(comment),
    words: [rule],
  }
}

function anchorOf(table: NftTable, place: NftPlace): Anchor {
  const number = nftBlockerAt(table, place)
  if (number === null) return {kind: 'policy'}
  const text = table.chains.find(({name}) => name === place.chain)?.rules[number - 1]?.text
  // Without the text of the listing, a rule is known by its JSON.
  return ruleAnchor(text === undefined || text.startsWith('[') ? undefined : stateless(text))
}

/** As `nft --stateless` prints the rule; what is quoted stays. Source: nft(8), Options. */
function stateless(text: string): string {
  return text
    .split(/("[^"]*")/)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part
            .replace(/\bcounter packets \d+ bytes \d+/g, 'counter')
            .replace(/(\bquota (?:over |until )?\d+ \w+) used \d+ \w+/g, '$1')
            .replace(/\blast used (?:never|[\dhmsd]+)/g, 'last'),
    )
    .join('')
}

const markOf = (comment: string) => comment.replace(/^comment "(.*)"$/, '$1')

/** Which file `nft -f` is given at boot: by Debian and its like, and by RHEL and its like (their nftables.service). */
const ROOTS = ['/etc/nftables.conf', '/etc/sysconfig/nftables.conf']

type FilePlace = {
  /** The file that is loaded at boot. */
  readonly root: string
  /** That file, or one that it includes. */
  readonly path: string
  /** The line, counted from 1, before which a rule comes to stand where `place` is. */
  readonly before: number
  /** What a line has to begin with there. */
  readonly indent: string
  /** The rules there are commands of their own, `add rule FAMILY TABLE CHAIN …`. */
  readonly isCommand: boolean
}

/** Finds in the files that are loaded at boot the place that a rule has in the kernel; or says why it is not sure. */
function findInFiles(table: NftTable, place: NftPlace, files: RuleFiles): FilePlace | string {
  const key = `${place.family} ${place.table} ${place.chain}`
  const found = ROOTS.flatMap(root =>
    sourcesOf(root, files).flatMap(({path, source}) => {
      const chain = source.chains.get(key)
      return chain ? [{root, path, source, chain}] : []
    }),
  )
  const [only, another] = found
  if (!only)
    return `no chain ${place.chain} of table ${place.family} ${place.table} was found in ${ROOTS.join(' or ')}`
  if (another) return `chain ${place.chain} is in ${only.path} and in ${another.path}`
  const {root, path, source, chain} = only
  if (!isNftFile(path)) return `it is in ${path}, which this tool does not edit`
  if (source.rewrites) return `${path} also removes or moves rules`
  const before = place.number === 'end' ? chain.end : sameRule(table, place, chain.rules)
  if (!before?.startsLine) return `the place in ${path} is not certain`
  const line = files.text(path)?.split('\n')[before.line - 1] ?? ''
  const blanks = /^\s*/.exec(line)?.[0] ?? ''
  return {
    root,
    path,
    before: before.line,
    indent: place.number === 'end' ? indentOf(chain.rules, files.text(path) ?? '', `${blanks}\t`) : blanks,
    isCommand: before.text.startsWith('add rule '),
  }
}

function indentOf(rules: readonly SourceItem[], text: string, otherwise: string): string {
  const last = rules.at(-1)
  return last?.startsLine ? (/^\s*/.exec(text.split('\n')[last.line - 1] ?? '')?.[0] ?? '') : otherwise
}

type Read = {readonly path: string; readonly source: Source}

/** The file and those that it includes, as far as they are known. */
function sourcesOf(root: string, files: RuleFiles): readonly Read[] {
  const read = new Map<string, Source>()
  const paths = new Set([root])
  // A Set's iteration visits what is added during it.
  for (const path of paths) {
    const text = files.text(path)
    if (text === null) continue
    const source = readSource(text)
    read.set(path, source)
    for (const include of source.includes) {
      const pattern = pathPattern(includedPath(include))
      for (const name of files.paths()) if (pattern.test(name)) paths.add(name)
    }
  }
  return [...read].map(([path, source]) => ({path, source}))
}

/**
 * The rule of the file that is the one in the kernel: the only one like it, or, where both hold as many rules, the one
 * of the same number.
 */
function sameRule(
  {chains}: NftTable,
  {chain, number}: NftPlace,
  written: readonly SourceItem[],
): SourceItem | null {
  const rules: readonly NftRule[] = chains.find(({name}) => name === chain)?.rules ?? []
  const rule = typeof number === 'number' ? rules[number - 1] : undefined
  const key = rule ? ruleKey(rule.text) : null
  if (!rule || key === null) return null
  const isSame = ({text}: SourceItem) => ruleKey(text.replace(/^add rule /, '')) === key
  const same = written.filter(isSame)
  const sameNumber = rules.length === written.length ? written[Number(number) - 1] : undefined
  if (sameNumber && isSame(sameNumber)) return sameNumber
  const isOnlyOne = rules.filter(({text}) => ruleKey(text) === key).length === 1
  return same.length === 1 && isOnlyOne ? (same[0] ?? null) : null
}
