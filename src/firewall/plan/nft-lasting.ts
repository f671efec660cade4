import type {Keeper} from '../keeper.ts'
import type {NftTable} from '../nft/document.ts'
import type {NftPlace} from '../nft/edit.ts'
import {type Anchor, type BootRule, ruleAnchor} from './boot/rules-file.ts'
import type {Lasting} from './engine-planner.ts'
import {nftBlockerAt} from './nft-chains.ts'
import {findInFiles} from './nft-file.ts'
import type {RuleFiles} from './rule-files.ts'

export type NftAddition = {
  readonly program: string
  /** As it was before the rule was added. */
  readonly table: NftTable
  readonly place: NftPlace
  readonly keeper: Keeper
  readonly files: RuleFiles
}

/**
 * How a rule outlives a reboot: in the file from which nftables.service loads the chain, at the same place; where
 * nobody keeps rules, by a unit.
 * @param rule as `nft` takes it, with its comment
 * @param comment what tells it from all others
 */
export function lastingNft(addition: NftAddition, rule: string, comment: string): Lasting {
  const {program, table, place, keeper, files} = addition
  const chain = `${place.family} ${place.table} ${place.chain}`
  if (keeper.manager === null) return {atBoot: atBoot(addition, rule, comment)}
  if (keeper.manager !== 'nftables.service')
    return `Add \`${rule}\` at the same place of chain ${place.chain} where table ${place.family} ${place.table} is loaded at boot: ${keeper.manager} does not load it.`
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

function atBoot({program, table, place, keeper}: NftAddition, rule: string, comment: string): BootRule {
  return {
    kind: 'nft',
    program: keeper.programs[program] ?? `/usr/sbin/${program}`,
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
