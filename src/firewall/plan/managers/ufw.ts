import type {IptablesEngine} from '../../../contract/engines.ts'
import type {Step} from '../../../contract/remedy.ts'
import {insertRule} from '../../iptables/edit.ts'
import {SAVE_FIELDS} from '../../iptables/save.ts'
import type {Transport} from '../../model/protocol.ts'
import type {Ufw} from '../../state/managers.ts'
import type {LinuxFirewallState} from '../../state/state.ts'
import {changeComment} from '../accept-rule.ts'
import {describeBlocker, type Lasting, type Obstacle, type Proposal} from '../engine-planner.ts'
import {placesBefore, placesBeforePolicy} from '../iptables/chains.ts'
import type {AddedRule} from '../iptables/lasting.ts'
import {placeInFile} from '../iptables/place-in-file.ts'
import {acceptsAt, editableTable, peerOf, riskOf} from '../iptables/planner.ts'
import type {RuleFiles} from '../rule-files.ts'
import {writerOf} from './owners.ts'

/** `ufw prepend` came with 0.36, comments with 0.35 (ufw's ChangeLog). */
const OLDEST: NonNullable<Ufw['version']> = [0, 36]

/**
 * Plans for what ufw's chains stop: a rule of ufw's own before all its other rules, which ufw itself keeps; where
 * the packet never gets to those (its reply, or a rule of before.rules), an accept in the chain of before.rules.
 */
export function ufwProposals(obstacle: Obstacle, engine: IptablesEngine): readonly Proposal[] | string {
  const {blocker, stage, protocol, need, persistence, discovery} = obstacle
  const {ufw} = persistence
  const blocks = `Blocked by ${describeBlocker(blocker)}, which ufw manages`
  if (ufw === null)
    return `${blocks}, and its rules cannot be read; run \`ufw prepend allow out proto ${protocol} to ${need.destination ?? 'any'} port ${need.port}\`, then check again.`
  if (blocker.family === 'ip6' && !ufw.ipv6)
    return `${blocks}, and /etc/default/ufw blocks all IPv6; set IPV6=yes there, run \`ufw reload\`, then check again.`
  const inBeforeRules = acceptsInBeforeRules(obstacle, engine)
  // Its commands know no ICMPv6, and rules for replies would let connections in.
  if (discovery || stage === 'in-synack' || stage === 'in-data') return inBeforeRules
  if (isOlder(ufw.version, OLDEST))
    return `${blocks}, in a version without \`ufw prepend\`; run \`ufw insert 1 allow out proto ${protocol} to ${need.destination ?? 'any'} port ${need.port}\`, then check again.`
  return [...userRule(obstacle, ufw, engine), ...inBeforeRules]
}

function isOlder(version: Ufw['version'], [major, minor]: NonNullable<Ufw['version']>): boolean {
  if (version === null) return true
  return version[0] < major || (version[0] === major && version[1] < minor)
}

/** What a rule says of the packets. */
type Packets = {
  readonly protocol: Transport
  readonly port: number
  /** For the commands: `any`, or a CIDR. */
  readonly to: string
  /** The families whose rules it becomes one of. */
  readonly families: readonly ('ip' | 'ip6')[]
  readonly from: readonly string[]
  /** The source port, as ufw writes it down. */
  readonly sport: string
}

/**
 * ufw takes a rule for the same as another that differs in action and comment alone, and then leaves that where it is
 * (measured: after `deny out 443/tcp`, `prepend allow out 443/tcp` does nothing and ends with 0). Naming all source
 * ports makes it another.
 */
function userRule(obstacle: Obstacle, ufw: Ufw, engine: IptablesEngine): readonly Proposal[] {
  const {protocol, need, state, persistence} = obstacle
  const destination = peerOf(need, 4) ?? peerOf(need, 6)
  const to = destination ?? 'any'
  const both = ufw.ipv6 ? (['ip', 'ip6'] as const) : (['ip'] as const)
  const families = destination === null ? both : ([destination.includes(':') ? 'ip6' : 'ip'] as const)
  const common = {protocol, port: need.port, to, families}
  const forms: readonly Packets[] = [
    {...common, from: [], sport: 'any'},
    {...common, from: ['from', 'any', 'port', '1:65535'], sport: '1:65535'},
  ]
  const packets = forms.find(form => !isTaken(form, ufw))
  if (!packets) return []
  const after = packets.families.reduce(
    (changed, family) => prepended(changed, persistence.restores[family] ?? engine, family, packets),
    state,
  )
  return [
    {
      state: after,
      risk: riskOf(obstacle),
      step: (label, index) => stepOf(packets, changeComment(label, index)),
      lasting: () => [],
    },
  ]
}

function isTaken({protocol, port, to, families, sport}: Packets, {rules}: Ufw): boolean {
  return families.some(family => {
    const [anywhere, whole] = family === 'ip' ? ['0.0.0.0/0', '/32'] : ['::/0', '/128']
    const destination = to === 'any' ? anywhere : to.endsWith(whole) ? to.slice(0, -whole.length) : to
    return rules[family].includes(`${protocol} ${port} ${destination} ${sport} ${anywhere} out`)
  })
}

/** The state as ufw leaves it, in the rules that its `iptables` writes to. */
function prepended(
  state: LinuxFirewallState,
  engine: IptablesEngine,
  family: 'ip' | 'ip6',
  {protocol, port, to, from}: Packets,
): LinuxFirewallState {
  const field = SAVE_FIELDS[engine][family]
  const chain = family === 'ip' ? 'ufw-user-output' : 'ufw6-user-output'
  const text = state[field]
  if (!text?.includes(`\n:${chain} `)) return state
  const ports =
    from.length === 0
      ? `-m ${protocol} --dport ${port}`
      : `-m multiport --dports ${port} -m multiport --sports 1:65535`
  const rule = `${to === 'any' ? '' : `-d ${to} `}-p ${protocol} ${ports} -j ACCEPT`
  return {...state, [field]: insertRule(text, 'filter', chain, 1, rule)}
}

function stepOf({protocol, port, to, from}: Packets, comment: string): Step {
  const rule = ['allow', 'out', 'proto', protocol, ...from, 'to', to, 'port', String(port)]
  return {
    title: `Have ufw allow ${protocol.toUpperCase()} ${port} out${to === 'any' ? '' : ` to ${to}`} before all its other rules, permanently`,
    do: ['ufw', 'prepend', ...rule, 'comment', comment],
    undo: ['ufw', 'delete', ...rule],
    alreadyDone: ['ufw', 'show', 'added'],
    mark: `comment '${comment}'`,
    persists: true,
  }
}

/** The chains that ufw leaves to the administrator, in before.rules and before6.rules (ufw-framework(8)). */
const BEFORE = /^ufw6?-before-(?:in|out)put$/

/**
 * An accept in the chain of before.rules where the packet comes by, in the kernel and in the file, at the same place:
 * a reload of ufw fills the chain from the file.
 */
function acceptsInBeforeRules(obstacle: Obstacle, engine: IptablesEngine): readonly Proposal[] {
  const {blocker, state, stage, persistence} = obstacle
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
          name => !BEFORE.test(name) && writerOf(name, state, false) !== null,
        ).filter(place => place.chain === chain)
      : []
  // What is stopped behind the chain has come to its end, or left it by a RETURN.
  const all = places.length > 0 ? places : placesBeforePolicy(table, chain)
  const {ip, ip6} = persistence.restores
  const tested = (family === 'ip' ? ip : ip6) === 'iptables-nft'
  return acceptsAt(all, editable, obstacle, (added, files) => inBeforeRules(added, files, tested))
}

/**
 * @param tested whether the program that loads the file can read it apart from ufw's other files, as legacy's cannot
 */
function inBeforeRules(
  {family, table, place, save, text, comment}: AddedRule,
  files: RuleFiles,
  tested: boolean,
): Lasting {
  const path = family === 'ip' ? '/etc/ufw/before.rules' : '/etc/ufw/before6.rules'
  const line = `-A ${place.chain} ${text}`
  const content = files.text(path)
  const where = content === null ? null : placeInFile(save, content, table, place)
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
