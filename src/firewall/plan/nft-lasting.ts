import type {Keeper} from '../keeper.ts'
import type {NftTable} from '../nft/document.ts'
import type {NftPlace} from '../nft/edit.ts'
import type {Lasting} from './engine-planner.ts'
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
export function lastingNft(
  {program, table, place, keeper, files}: NftAddition,
  rule: string,
  comment: string,
): Lasting {
  const chain = `${place.family} ${place.table} ${place.chain}`
  if (keeper.manager === null) return {atBoot: atBoot(program, chain, place, rule)}
  if (keeper.manager !== 'nftables.service')
    return `Add \`${rule}\` at the same place of chain ${place.chain} to what loads table ${place.family} ${place.table} at boot: ${keeper.manager} does not keep it.`
  const found = findInFiles(table, place, files)
  if (typeof found === 'string')
    return `Add \`${rule}\` at the same place of chain ${place.chain} (table ${place.family} ${place.table}) to what nftables.service loads, by hand: ${found}.`
  const {root, path, before, indent, isCommand} = found
  const harm = files.whyNotEditable(path)
  if (harm !== null)
    return `Add \`${rule}\` before line ${before} of ${path} by hand: the file is not edited, since ${harm}.`
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

/** The rule's handle will be another one then; its number in the chain may not be. */
function atBoot(program: string, chain: string, {number}: NftPlace, rule: string) {
  const add =
    number === 'end' ? `add rule ${chain} ${rule}` : `insert rule ${chain} index ${number - 1} ${rule}`
  return {remove: null, add: [program, add] as const}
}
