import type {Blocker, Judgement} from '../contract/judgement.ts'
import {STAGE_WORDS} from './words.ts'

/** Where a rule stands and what it says: `iptables-nft ip filter OUTPUT, rule 3: -A OUTPUT …`. */
export function blockerLine(blocker: Blocker): string {
  const rule = blocker.rule === 'policy' ? 'policy' : `rule ${blocker.rule}`
  const place = [blocker.engine, blocker.family, blocker.table, blocker.chain].filter(part => part !== '')
  return `${place.join(' ')}, ${rule}${blocker.text === '' ? '' : `: ${blocker.text}`}`
}

/** Which packet of the connection a judgement says is stopped, and how; null when none is. */
export function stageLine({stage, how}: Judgement): string | null {
  if (stage === null) return null
  return `${STAGE_WORDS[stage]}${how === null ? '' : ` (${how})`}`
}
