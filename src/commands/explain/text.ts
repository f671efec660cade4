import type {Status} from '../../contract/cause-codes.ts'
import type {Answer, Judgement, Part, Probe, Verdict} from '../../contract/judgement.ts'
import type {CompiledFirewall} from '../../firewall/compile.ts'
import {byPacket} from '../../firewall/explain/packets.ts'
import {createVisitRecorder} from '../../firewall/explain/visits.ts'
import {type FamilyInterval, formatAddress, parseInterval} from '../../firewall/model/address.ts'
import {canonicalDestination} from '../../firewall/model/destination.ts'
import {type FirewallState, unreadableOf} from '../../firewall/state/state.ts'
import {printableLine} from '../../lib/printable.ts'
import {hanging, wrap} from '../../lib/wrap.ts'
import {type Style, styleOf} from '../../report/text/style.ts'
import type {Look} from '../terminal.ts'
import {packetLines} from './walk.ts'
import {windowsLines} from './windows.ts'

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

const VERDICTS: Readonly<Record<Verdict, readonly [word: string, status: Status]>> = {
  allow: ['ALLOW', 'pass'],
  block: ['BLOCK', 'fail'],
  unknown: ['UNKNOWN', 'warn'],
}

const MARGIN = 9

/** The verdict as a word of fixed width, coloured. */
function verdictWord(verdict: Verdict, style: Style): string {
  const [word, status] = VERDICTS[verdict]
  return `${style.status(status, word)}${' '.repeat(MARGIN - word.length)}`
}

/** What was asked: `TCP 443 to 52.95.110.1 from uid 1000`. */
function probeWords({to, port, protocol = 'tcp', uid, gid, program}: Probe): string {
  const groups = gid === undefined ? '' : ` with gid ${[gid].flat().join(', ')}`
  const user = groups === '' && (uid === undefined || uid === 0) ? '' : ` from uid ${uid ?? 0}`
  return `${protocol.toUpperCase()} ${port} to ${printableLine(to)}${user}${groups}${program === undefined ? '' : ` by ${printableLine(program)}`}`
}

/** One probe and its answer on one line, however long. */
export function verdictLine(probe: Probe, {verdict, reason}: Answer, look: Look): string {
  return `${verdictWord(verdict, styleOf(look))}${probeWords(probe)}: ${printableLine(reason)}`
}

/** An answer with what it rests on, wrapped. */
function answerLines(answer: Answer, style: Style): readonly string[] {
  const {verdict, reason, unknownBecause, warnings} = answer
  const margin = ' '.repeat(MARGIN)
  const told = hanging(margin, printableLine(reason), style.columns)
  const because = unknownBecause.length > 1 ? unknownBecause : []
  return [
    ...told.map((line, index) => (index === 0 ? `${verdictWord(verdict, style)}${line.trimStart()}` : line)),
    ...firstOf(because, style).flatMap(rule => hanging(`${margin}Unsure  `, rule, style.columns)),
    ...firstOf(warnings, style).flatMap(rule => hanging(`${margin}Payload  `, rule, style.columns)),
  ]
}

/** Texts of rules that are listed at one place. */
const MOST = 12

/** The first few, made printable, and how many are left out. */
function firstOf(texts: readonly string[], {unicode}: Style): readonly string[] {
  const shown = texts.slice(0, MOST).map(printableLine)
  const left = texts.length - shown.length
  return left > 0 ? [...shown, `${unicode ? '…' : '...'} and ${left} more; --json has them all`] : shown
}
