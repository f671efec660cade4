import type {Judgement, Part, Probe, Verdict} from '../contract/judgement.ts'
import {type FamilyInterval, formatAddress, parseInterval} from '../firewall/address.ts'
import type {CompiledFirewall} from '../firewall/compile.ts'
import {canonicalDestination} from '../firewall/destination.ts'
import {byPacket} from '../firewall/explain/packets.ts'
import {createVisitRecorder} from '../firewall/explain/visits.ts'
import {type FirewallState, unreadableOf} from '../firewall/state.ts'
import {printableLine} from '../report/printable.ts'
import {type Style, styleOf} from '../report/style.ts'
import {hanging, wrap} from '../report/wrap.ts'
import {answerLines, firstOf, probeWords} from './explain-lines.ts'
import {packetLines} from './explain-walk.ts'
import {windowsLines} from './explain-windows.ts'
import type {Look} from './terminal-look.ts'

export type Explained = {
  readonly state: FirewallState
  readonly firewall: CompiledFirewall
  readonly probe: Probe
  readonly judgement: Judgement
}

/**
 * The answer for one probe, and the way of its packets through the rules. For a range the way is that to one address,
 * of the worst part where it has several.
 */
export function explainText({state, firewall, probe: asked, judgement}: Explained, look: Look): string {
  const style = styleOf(look)
  const probe = {...asked, to: canonicalDestination(asked.to)}
  const address = representative(probe, judgement)
  const isWindows = state.platform === 'win32'
  const recorder = createVisitRecorder()
  const walked = firewall.judge({...probe, to: address}, recorder.record)
  const walks = byPacket(recorder.visits())
  const single = address === probe.to
  const about = `The path to ${address}, which represents ${judgement.parts.length > 0 ? 'the worst part' : 'the whole range'}:`
  return [
    ...wrap(
      `${probeWords(probe)}, judged by the rules captured at ${printableLine(state.capturedAt)}`,
      style.columns,
    ).map(style.heading),
    ...answerLines(judgement, style),
    ...Object.entries(unreadableOf(state)).flatMap(([field, reason]) =>
      hanging('         Not read  ', printableLine(`${field}: ${reason}`), style.columns),
    ),
    ...partLines(judgement.parts, style),
    ...(single ? [] : ['', ...wrap(about, style.columns)]),
    ...(!isWindows && walks.length === 0 && walked.verdict === 'allow'
      ? ['', 'No firewall rule applies to it.']
      : []),
    ...(isWindows ? windowsLines(state, probe, intervalOf(address), judgement, style) : []),
    ...walks.flatMap(walk => ['', ...packetLines(walk, walked.blocker, style)]),
    '',
  ].join('\n')
}

/** The address whose way is told: the range's first, or that of the part which decided. */
function representative({to}: Probe, {verdict, parts}: Judgement): string {
  const worst = parts.find(part => part.verdict === verdict)?.to.split(',')[0] ?? to
  const interval = intervalOf(worst)
  return interval.lo === interval.hi ? worst : formatAddress(interval.family, interval.lo)
}

function intervalOf(text: string): FamilyInterval {
  const interval = parseInterval(text)
  if (!interval) throw new Error(`the judge named a part that is not a range: ${text}`)
  return interval
}

const WORST_FIRST: readonly Verdict[] = ['block', 'unknown', 'allow']

/** Parts that are listed; some rule sets cut a range into thousands. */
const MOST_PARTS = 24

function partLines(parts: readonly Part[], style: Style): readonly string[] {
  if (parts.length === 0) return []
  const sorted = WORST_FIRST.flatMap(verdict => parts.filter(part => part.verdict === verdict))
  const left = sorted.length - MOST_PARTS
  return [
    '',
    style.heading(`The range is split into ${parts.length} parts:`),
    ...sorted
      .slice(0, MOST_PARTS)
      .flatMap(part => [
        ...hanging('  ', firstOf(part.to.split(','), style).join(', '), style.columns),
        ...answerLines(part, {...style, columns: style.columns - 4}).map(line => `    ${line}`),
      ]),
    ...(left > 0 ? [`  ${left} more; --json has them all`] : []),
  ]
}
