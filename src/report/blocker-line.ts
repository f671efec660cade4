import type {Blocker, Judgement} from '../contract/judgement.ts'
import {wordFor} from '../firewall/windows/describe.ts'
import {STAGE_WORDS} from './words.ts'

/**
 * Where a rule is and what it says: `iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT …`; `Windows Firewall, Domain
 * profile, Group Policy rule {A1}: v2.31|…`.
 */
export function blockerLine(blocker: Blocker): string {
  if (blocker.engine === 'windows') return windowsLine(blocker)
  const rule = blocker.rule === 'policy' ? 'policy' : `rule ${blocker.rule}`
  const place = [blocker.engine, blocker.family, blocker.table, blocker.chain].filter(part => part !== '')
  return `${place.join(' ')}, ${rule}${blocker.text === '' ? '' : `: ${blocker.text}`}`
}

function windowsLine(blocker: Blocker): string {
  return `${windowsPlace(blocker)}${blocker.text === '' ? '' : `: ${blocker.text}`}`
}

/** Where a rule or setting of Windows Firewall is: `Windows Firewall, Domain profile, Group Policy rule {A1}`. */
export function windowsPlace({table, chain, rule}: Blocker): string {
  const what = rule === 'policy' ? 'default action' : `rule ${rule}`
  return `Windows Firewall, ${wordFor(chain)} profile, ${wordFor(table)} ${what}`
}

/** Which packet of the connection a judgement says is stopped, and how; null when none is. */
export function stageLine({stage, how}: Judgement): string | null {
  if (stage === null) return null
  return `${STAGE_WORDS[stage]}${how === null ? '' : ` (${how})`}`
}
