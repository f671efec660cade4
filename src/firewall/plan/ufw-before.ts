import type {IptablesEngine} from '../../contract/engines.ts'
import type {Lasting, Obstacle, Proposal} from './engine-planner.ts'
import {acceptsAt, editableTable} from './iptables-accepts.ts'
import {placesBefore, placesBeforePolicy} from './iptables-chains.ts'
import type {AddedRule} from './lasting-iptables.ts'
import {ownerOf} from './owners.ts'
import {placeInFile} from './place-in-file.ts'
import type {RuleFiles} from './rule-files.ts'

/** The chains that ufw leaves to the administrator, in before.rules and before6.rules (ufw-framework(8)). */
const BEFORE = /^ufw6?-before-(?:in|out)put$/

/**
 * An accept in the chain of before.rules where the packet comes by, in the kernel and in the file, at the same place:
 * a reload of ufw fills the chain from the file.
 */
export function acceptsInBeforeRules(obstacle: Obstacle, engine: IptablesEngine): readonly Proposal[] {
  const {blocker, state, stage, keeper} = obstacle
  const editable = blocker.table === 'filter' ? editableTable(obstacle, engine) : null
  if (editable === null) return []
  const {table, family} = editable
  const way = stage === 'out-syn' || stage === 'out-data' ? 'output' : 'input'
  const chain = `${family === 'ip' ? 'ufw' : 'ufw6'}-before-${way}`
  if (!table.has(chain)) return []
  const places =
    typeof blocker.rule === 'number'
      ? placesBefore(
          table,
          blocker.chain,
          blocker.rule,
          stage,
          name => !BEFORE.test(name) && ownerOf(name, state, false) !== null,
        ).filter(place => place.chain === chain)
      : []
  // What is stopped behind the chain has come to its end, or left it by a RETURN.
  const all = places.length > 0 ? places : placesBeforePolicy(table, chain)
  const {ip, ip6} = keeper.restores
  const tested = (family === 'ip' ? ip : ip6) === 'iptables-nft'
  return acceptsAt(all, editable, obstacle, (added, files) => inBeforeRules(added, files, tested))
}

/**
 * @param tested whether the program that loads the file can read it apart from ufw's other files, as legacy's cannot
 */
function inBeforeRules(
  {family, table, place, saveText, text, comment}: AddedRule,
  files: RuleFiles,
  tested: boolean,
): Lasting {
  const path = family === 'ip' ? '/etc/ufw/before.rules' : '/etc/ufw/before6.rules'
  const line = `-A ${place.chain} ${text}`
  const content = files.text(path)
  const where = content === null ? null : placeInFile(saveText, content, table, place)
  if (where === null || 'unclear' in where) {
    const why = where === null ? 'the file cannot be read' : where.unclear
    return `The place of the rule in ${path} is not clear (${why}); to make it survive a reload of ufw, add \`${line}\` there before the blocking rule.`
  }
  const harm = files.whyNotEditable(path)
  if (harm !== null)
    return `Add \`${line}\` before line ${where.before} of ${path} by hand, to make it survive a reload of ufw: the file is not edited, because ${harm}.`
  return [
    files.insertLine({
      path,
      before: where.before,
      line,
      mark: `"${comment}"`,
      title: `Add the same rule before line ${where.before} of ${path}, from which ufw loads the chain`,
      ...(tested ? {test: [family === 'ip' ? 'iptables-restore' : 'ip6tables-restore', '--test', path]} : {}),
    }),
  ]
}
