import type {Status} from '../contract/cause-codes.ts'
import type {Evidence, Layer} from '../contract/evidence.ts'
import type {Blocker, Judgement} from '../contract/judgement.ts'
import type {Probed} from '../engine/events.ts'
import {wordFor} from '../firewall/windows/describe.ts'
import {printableLine} from '../lib/printable.ts'
import {LAYER_WORDS, STAGE_WORDS, STATUS_WORDS} from './words.ts'

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

const GLYPHS: Record<Status, string> = {pass: '', warn: '! ', fail: '✗ ', skip: '', error: '✗ '}

/**
 * How far a connection got, layer by layer: `DNS 3 ms → TCP 12 ms → TLS ✗ FAIL tls.reset (4 ms)`. Layers that were not
 * reached are left out.
 */
export function layersLine(layers: readonly Layer[], unicode: boolean): string {
  return layers
    .filter(({status}) => status !== 'skip')
    .map(layer => layerText(layer, unicode))
    .join(unicode ? ' → ' : ' -> ')
}

function layerText({layer, status, code, ms}: Layer, unicode: boolean): string {
  const name = LAYER_WORDS[layer]
  const time = `${Math.round(ms)} ms`
  if (status === 'pass') return `${name} ${time}`
  return `${name} ${unicode ? GLYPHS[status] : ''}${STATUS_WORDS[status]} ${code} (${time})`
}

/** The listing around the rule that blocks, which is marked by `>`; empty where there is none. */
export function neighbourRows({neighbours = []}: Evidence): readonly string[] {
  const width = Math.max(0, ...neighbours.map(({number}) => String(number).length))
  return neighbours.map(
    ({number, text, decides}) =>
      `${decides ? '>' : ' '} ${String(number).padStart(width)}  ${printableLine(text)}`,
  )
}

const OUTCOME_WORDS: Readonly<Record<Probed['outcome'], string>> = {
  answered: 'data exchanged with',
  refused: 'refused by',
  reset: 'opened, then reset by',
  silent: 'no answer from',
  stalled: 'opened, but data never acknowledged by',
  unreachable: 'no path to',
  forbidden: 'this operating system forbids',
  'no-way': 'no route from this server to',
}

/** The connections that were tried to prove a repair, by what came of them; null where there were none. */
export function proofText(probes: readonly Probed[] | undefined): string | null {
  if (probes === undefined || probes.length === 0) return null
  const byOutcome = Map.groupBy(probes, ({outcome}) => outcome)
  return [...byOutcome]
    .map(([outcome, tried]) => `${OUTCOME_WORDS[outcome]} ${tried.map(({to}) => to).join(', ')}`)
    .join('; ')
}
