import {commandLine} from '../../../contract/command-line.ts'
import type {IptablesEngine} from '../../../contract/engines.ts'
import type {FirewallManager} from '../../../contract/host.ts'
import type {Step} from '../../../contract/remedy.ts'
import type {Save} from '../../iptables/save.ts'
import type {Persistence} from '../../state/managers.ts'
import {type BootRule, ruleAnchor} from '../boot/rules-file.ts'
import type {Lasting} from '../engine-planner.ts'
import type {Place} from '../places.ts'
import type {RuleFiles} from '../rule-files.ts'
import {blockerAt, readTable, ruleTexts} from './chains.ts'
import {placeInFile} from './place-in-file.ts'

/** A rule that a step adds to what iptables holds. */
export type AddedRule = {
  readonly engine: IptablesEngine
  readonly family: 'ip' | 'ip6'
  readonly table: string
  readonly place: Place
  /** What iptables held before. */
  readonly save: Save
  /** As `iptables-save` prints it after `-A CHAIN`. */
  readonly text: string
  /** Unique among the comments of this host's rules. */
  readonly comment: string
  /** As words of an argv, behind the chain. */
  readonly words: readonly string[]
  readonly step: Step
}

type RuleFile = {readonly path: string; readonly restore: string}

/** Sources: netfilter-persistent's plugins 15-ip4tables and 25-ip6tables; iptables-services' iptables.init. */
const RULE_FILES: Readonly<Partial<Record<FirewallManager, Readonly<Record<'ip' | 'ip6', RuleFile>>>>> = {
  'netfilter-persistent': {
    ip: {path: '/etc/iptables/rules.v4', restore: 'iptables-restore'},
    ip6: {path: '/etc/iptables/rules.v6', restore: 'ip6tables-restore'},
  },
  'iptables-services': {
    ip: {path: '/etc/sysconfig/iptables', restore: 'iptables-restore'},
    ip6: {path: '/etc/sysconfig/ip6tables', restore: 'ip6tables-restore'},
  },
}

/**
 * Writes a rule down where the owner of this host's rules will load it from at boot: at the same place of its file,
 * which is edited rather than saved again, since that would also write down what others have added for the moment.
 */
export function lastingIptables(added: AddedRule, persistence: Persistence, files: RuleFiles): Lasting {
  const {manager, restores} = persistence
  if (manager === null) return {atBoot: atBoot(added, persistence)}
  const file = RULE_FILES[manager]?.[added.family]
  if (!file) return besideManager(added, manager)
  const {path, restore} = file
  const line = `-A ${added.place.chain} ${added.text}`
  const byHand = `to make it permanent, add \`${line}\` there or where the blocking rule is set at boot.`
  const text = files.text(path)
  if (text === null)
    return `${manager} loads ${path} at boot, which cannot be read or does not exist; ${byHand}`
  const harm = files.whyNotEditable(path)
  if (harm !== null) return `${manager} loads ${path} at boot, which is not edited: ${harm}; ${byHand}`
  const loadedInto = restores[added.family]
  if (loadedInto !== added.engine) {
    return `${manager} loads ${path} into ${loadedInto ?? 'another engine'}, but the blocking rule is in ${added.engine}; ${byHand}`
  }
  const place = placeInFile(added.save, text, added.table, added.place)
  if ('unclear' in place) return `The place of the rule in ${path} is not clear (${place.unclear}); ${byHand}`
  return [
    files.insertLine({
      path,
      before: place.before,
      line,
      mark: `"${added.comment}"`,
      title: `Add the same rule before line ${place.before} of ${path}, which ${manager} loads at boot`,
      test: [restore, '-w', '5', '--test', path],
    }),
  ]
}

function atBoot({save, table, place, words, comment, step}: AddedRule, {programs}: Persistence): BootRule {
  const [program] = step.do
  const chains = readTable(save, table)
  const blocker = chains === null ? null : blockerAt(chains, place)
  return {
    kind: 'iptables',
    program: programs[program] ?? `/usr/sbin/${program}`,
    family: null,
    table,
    chain: place.chain,
    before:
      blocker === null ? {kind: 'policy'} : ruleAnchor(ruleTexts(save, table, place.chain)[blocker - 1]),
    mark: comment,
    words,
  }
}

/**
 * The rules of such a manager do not block, or it would have been asked; what others add beside it, it does not keep.
 */
function besideManager({family, table, place, text, step}: AddedRule, manager: FirewallManager): string {
  const command = commandLine(step.do)
  const v6 = family === 'ip6' ? '6' : ''
  switch (manager) {
    case 'ufw':
      return `ufw loads such rules at boot from /etc/ufw/before${v6}.rules; add \`${text}\` there to the chain that ufw has in ${place.chain} (table ${table}).`
    case 'firewalld':
      return `firewalld loads such rules at boot from its direct rules; add it with \`firewall-cmd --permanent --direct --add-rule ipv${v6 || '4'} ${table} ${place.chain} 0 ${text}\`.`
    case 'csf':
      return `csf runs /etc/csf/csfpost.sh after it has loaded its rules; add \`${command}\` there.`
    case 'shorewall':
      return `shorewall runs /etc/shorewall${v6}/started after it has loaded its rules; add \`${command}\` there.`
    case 'ferm':
      return `ferm loads /etc/ferm/ferm.conf at boot; add the same rule there, in chain ${place.chain} of table ${table}.`
    case 'SuSEfirewall2':
      return `SuSEfirewall2 runs /etc/sysconfig/scripts/SuSEfirewall2-custom when it loads its rules; add \`${command}\` there.`
    default:
      return `${manager} does not load rules made with iptables; add \`${command}\` where the blocking rule is set at boot.`
  }
}
