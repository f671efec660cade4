import {isIptables} from '../../../contract/engines.ts'
import {type FamilyInterval, parseInterval} from '../../model/address.ts'
import {describeBlocker, discoveryAdvice, type Obstacle, type Proposal, portOf} from '../engine-planner.ts'
import {firewalldProposals, isDirect} from './firewalld.ts'
import {tableWriter, writerOf} from './owners.ts'
import {ufwProposals} from './ufw.ts'

/**
 * What may get the connection past a rule that a manager has made, through that manager, best first; or why nothing is
 * offered, in one sentence. Null for a rule that no manager has made.
 */
export function managedProposals(obstacle: Obstacle): readonly Proposal[] | string | null {
  const {discovery, persistence} = obstacle
  const manager = managerOf(obstacle)
  const proposals = manager === null ? null : proposalsOf(manager, obstacle)
  // Where ufw is to let no IPv6 through at all, it says so itself.
  const isOwnAdvice = manager === 'ufw' && persistence.ufw?.ipv6 === false
  if (discovery && typeof proposals === 'string' && !isOwnAdvice) return discoveryAdvice(discovery, manager)
  return proposals
}

function proposalsOf(manager: string, obstacle: Obstacle): readonly Proposal[] | string | null {
  const {blocker} = obstacle
  const {engine} = blocker
  switch (manager) {
    case 'ufw':
      return isIptables(engine) ? ufwProposals(obstacle, engine) : null
    case 'firewalld':
      return firewalldProposals(obstacle)
    case 'csf':
      return csfInstruction(obstacle)
    case 'shorewall':
      return shorewallInstruction(obstacle)
    default:
      return `Blocked by ${describeBlocker(blocker)}, which ${manager} manages; allow ${portOf(obstacle)} out in ${manager}, then check again.`
  }
}

function managerOf(obstacle: Obstacle): string | null {
  const {blocker, state, persistence} = obstacle
  if (blocker.engine === 'nft') {
    const owner = tableWriter(blocker.table)
    return owner?.kind === 'manager' ? owner.name : null
  }
  const owner = writerOf(blocker.chain, state, blocker.rule === 'policy')
  if (owner?.kind === 'manager') return owner.name
  return persistence.firewalld !== null && isDirect(obstacle, persistence.firewalld) ? 'firewalld' : null
}

/** csf.conf's lists of ports that may be connected to. */
const CSF_LISTS = {tcp: {ip: 'TCP_OUT', ip6: 'TCP6_OUT'}, udp: {ip: 'UDP_OUT', ip6: 'UDP6_OUT'}}

/**
 * What to change in csf's files, and where: csf writes all rules again from them, and its files are edited by panels as
 * well, so that they are the administrator's to change.
 * Source: csf's readme.txt, "Advanced Allow/Deny Filters", and the comments of csf.conf.
 */
function csfInstruction({blocker, protocol, need, persistence, stage}: Obstacle): string {
  const blocks = `Blocked by ${describeBlocker(blocker)}, which csf manages`
  const restart = 'run `csf -r`, then check again.'
  const denied = lineWhere(persistence.files['/etc/csf/csf.deny'], line => denies(line, need.to))
  if (denied)
    return `${blocks}; if \`${denied.text.trim()}\` (line ${denied.number} of /etc/csf/csf.deny) is obsolete, remove it and ${restart}`
  if (stage === 'in-synack' || stage === 'in-data')
    return `${blocks}; csf itself allows the replies first, so check what /etc/csf/csfpre.sh and /etc/csf/csfpost.sh add, then ${restart}`
  if (need.destination !== null)
    return `${blocks}; add the line \`${protocol}|out|d=${need.port}|d=${need.destination}\` to /etc/csf/csf.allow, ${restart}`
  const list = CSF_LISTS[protocol][blocker.family === 'ip6' ? 'ip6' : 'ip']
  const setting = lineWhere(persistence.files['/etc/csf/csf.conf'], line =>
    new RegExp(`^\\s*${list}\\s*=`).test(line),
  )
  const ports = /"([^"]*)"/.exec(setting?.text ?? '')?.[1]
  if (!setting || ports === undefined)
    return `${blocks}; add ${need.port} to ${list} in /etc/csf/csf.conf, ${restart}`
  const longer = [...ports.split(',').filter(Boolean), String(need.port)].join(',')
  return `${blocks}; make line ${setting.number} of /etc/csf/csf.conf \`${list} = "${longer}"\`, ${restart}`
}

/** An entry of csf.deny is an address or CIDR, alone or as a part between bars; a comment may follow. */
function denies(line: string, to: readonly string[]): boolean {
  const entry = line.replace(/#.*/, '').trim()
  const denied = entry.split('|').flatMap(part => parseInterval(part.replace(/^[sd]=/, '')) ?? [])
  return denied.some(interval =>
    to.some(destination => {
      const range = parseInterval(destination)
      return range !== null && isNarrow(interval) && overlaps(interval, range)
    }),
  )
}

/** A destination that is the whole internet overlaps with everything; an entry for all of it is none. */
function isNarrow({lo, hi}: FamilyInterval): boolean {
  return BigInt(hi) - BigInt(lo) < 1n << 96n
}

function overlaps(a: FamilyInterval, b: FamilyInterval): boolean {
  return a.family === b.family && a.lo <= b.hi && b.lo <= a.hi
}

/**
 * What to add to shorewall's rules, and where: shorewall compiles all rules again from them.
 * Source: shorewall-rules(5), shorewall-addresses(5).
 */
function shorewallInstruction({blocker, protocol, need, persistence}: Obstacle): string {
  const program = blocker.family === 'ip6' ? 'shorewall6' : 'shorewall'
  const path = `/etc/${program}/rules`
  const destination = need.destination === null ? '' : `:${bracketed(need.destination)}`
  const section = lineWhere(persistence.files[path], line => /^\s*\??SECTION\s+NEW\b/.test(line))
  const where = section
    ? ` directly below line ${section.number} (\`${section.text.trim()}\`)`
    : ' as its first rule'
  return `Blocked by ${describeBlocker(blocker)}, which shorewall manages; add the line \`ACCEPT $FW net${destination} ${protocol} ${need.port}\` (\`net\` is the zone of that destination in /etc/${program}/zones) to ${path}${where}, run \`${program} check\` and \`${program} reload\`, then check again.`
}

/** A colon separates parts of an entry, so that IPv6 addresses stand in brackets. */
function bracketed(destination: string): string {
  const [address, length] = destination.split('/')
  if (!address?.includes(':')) return destination
  return length === undefined ? `[${address}]` : `[${address}]/${length}`
}

function lineWhere(
  text: string | undefined,
  matches: (line: string) => boolean,
): {readonly number: number; readonly text: string} | null {
  const lines = text?.split('\n') ?? []
  const at = lines.findIndex(matches)
  return at < 0 ? null : {number: at + 1, text: lines[at] ?? ''}
}
