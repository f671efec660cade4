import type {Status} from '../contract/cause-codes.ts'
import type {Answer, Probe, Verdict} from '../contract/judgement.ts'
import {printableLine} from '../report/printable.ts'
import {type Style, styleOf} from '../report/style.ts'
import {hanging} from '../report/wrap.ts'
import type {Look} from './terminal-look.ts'

const VERDICTS: Readonly<Record<Verdict, readonly [word: string, status: Status]>> = {
  allow: ['ALLOW', 'pass'],
  block: ['BLOCK', 'fail'],
  unknown: ['UNKNOWN', 'warn'],
}

const MARGIN = 9

/** The verdict as a word of fixed width, coloured. */
export function verdictWord(verdict: Verdict, style: Style): string {
  const [word, status] = VERDICTS[verdict]
  return `${style.status(status, word)}${' '.repeat(MARGIN - word.length)}`
}

/** What was asked: `TCP 443 to 52.95.110.1 from uid 1000`. */
export function probeWords({to, port, protocol = 'tcp', uid, gid, program}: Probe): string {
  const groups = gid === undefined ? '' : ` with gid ${[gid].flat().join(', ')}`
  const user = groups === '' && (uid === undefined || uid === 0) ? '' : ` from uid ${uid ?? 0}`
  return `${protocol.toUpperCase()} ${port} to ${printableLine(to)}${user}${groups}${program === undefined ? '' : ` by ${printableLine(program)}`}`
}

/** One probe and its answer on one line, however long. */
export function verdictLine(probe: Probe, {verdict, reason}: Answer, look: Look): string {
  return `${verdictWord(verdict, styleOf(look))}${probeWords(probe)}: ${printableLine(reason)}`
}

/** An answer with what it rests on, wrapped. */
export function answerLines(answer: Answer, style: Style): readonly string[] {
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
export function firstOf(texts: readonly string[], {unicode}: Style): readonly string[] {
  const shown = texts.slice(0, MOST).map(printableLine)
  const left = texts.length - shown.length
  return left > 0 ? [...shown, `${unicode ? '…' : '...'} and ${left} more; --json has them all`] : shown
}
