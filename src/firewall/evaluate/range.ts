import type {Answer, Blocker, Judgement, Part} from '../../contract/judgement.ts'
import {
  type Family,
  type FamilyInterval,
  formatInterval,
  type Interval,
  next,
  previous,
  type Value,
} from '../model/address.ts'
import type {Grounded} from './grounds.ts'

/** Answers for one interval; `Narrowed` is what the caller has prepared for an interval that holds this one. */
export type Ask<Narrowed> = {
  narrow(interval: Interval, within: Narrowed): Narrowed
  /** Null unless the same answer holds for every address. */
  askWhole(interval: Interval, within: Narrowed): Grounded<Answer> | null
  /** For an interval that no condition cuts. */
  askPiece(interval: Interval, within: Narrowed): Grounded<Answer>
  /** Further intervals at whose ends the answer may change, whatever was left out. */
  readonly alsoCutAt?: readonly Interval[]
}

type Piece = {readonly interval: Interval; readonly answer: Grounded<Answer>}

/**
 * Judges a range by bisection over the addresses at which any condition may change: a piece is settled as soon as no
 * condition cuts it, and rules that cannot concern a piece are left out below it.
 */
export function judgeRange<Narrowed>(
  family: Family,
  range: Interval,
  boundaries: readonly Interval[],
  whole: Narrowed,
  {narrow, askWhole, askPiece, alsoCutAt = []}: Ask<Narrowed>,
): Grounded {
  const starts = startsWithin(range, [boundaries, alsoCutAt])
  const pieces: Piece[] = []
  const settle = (interval: Interval, from: number, to: number, outer: Narrowed): void => {
    if (from === to) {
      pieces.push({interval, answer: askPiece(interval, outer)})
      return
    }
    const within = narrow(interval, outer)
    const answer = askWhole(interval, within)
    if (answer) {
      pieces.push({interval, answer})
      return
    }
    const middle = (from + to) >>> 1
    const cut = starts[middle] ?? interval.hi
    settle({lo: interval.lo, hi: previous(cut)}, from, middle, within)
    settle({lo: cut, hi: interval.hi}, middle + 1, to, within)
  }
  settle(range, 0, starts.length, whole)
  return assemble(family, pieces)
}

/** First addresses of the elementary intervals inside the range, without the range's own first address. */
function startsWithin(range: Interval, cuts: readonly (readonly Interval[])[]): Value[] {
  const starts: Value[] = []
  for (const boundaries of cuts) {
    for (const {lo, hi} of boundaries) {
      if (lo > range.lo && lo <= range.hi) starts.push(lo)
      if (hi >= range.lo && hi < range.hi) starts.push(next(hi))
    }
  }
  starts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return starts.filter((value, index) => value !== starts[index - 1])
}

const BADNESS = {block: 2, unknown: 1, allow: 0} as const

function assemble(family: Family, pieces: readonly Piece[]): Grounded {
  const groups = new Map<string, {told: Answer; doubtful: Set<Blocker>; intervals: Interval[]}>()
  // Answers may hold long rules, and be the same object for many pieces.
  const keys = new Map<Answer, string>()
  for (const {
    interval,
    answer: {told, doubtful},
  } of pieces) {
    const key = keys.get(told) ?? JSON.stringify(told)
    keys.set(told, key)
    const group = groups.get(key)
    const last = group?.intervals.at(-1)
    // Rules that have the same text may be different ones.
    for (const rule of group ? doubtful : []) group?.doubtful.add(rule)
    if (!group) groups.set(key, {told, doubtful: new Set(doubtful), intervals: [interval]})
    else if (last && next(last.hi) === interval.lo)
      group.intervals[group.intervals.length - 1] = {lo: last.lo, hi: interval.hi}
    else group.intervals.push(interval)
  }
  return fromParts(
    [...groups.values()].map(({told, doubtful, intervals}) => ({
      told: {to: intervals.map(interval => formatInterval(family, interval)).join(','), ...told},
      doubtful: [...doubtful],
    })),
  )
}

/** One judgement for ranges that were judged apart; they are disjoint. */
export function joinJudgements(
  judged: readonly {readonly range: FamilyInterval; readonly judgement: Grounded}[],
): Grounded {
  const groups = new Map<string, Grounded<Part>>()
  for (const {range, judgement} of judged) {
    const {parts, ...whole} = judgement.told
    for (const part of parts.length > 0 ? parts : [{...whole, to: formatInterval(range.family, range)}]) {
      const {to, ...answer} = part
      const key = JSON.stringify(answer)
      const known = groups.get(key)
      groups.set(key, {
        told: {...answer, to: known ? `${known.told.to},${to}` : to},
        doubtful: [...(known?.doubtful ?? []), ...judgement.doubtful],
      })
    }
  }
  return fromParts([...groups.values()])
}

function fromParts(parts: readonly Grounded<Part>[]): Grounded {
  const worst = parts.reduce((a, b) => (BADNESS[b.told.verdict] > BADNESS[a.told.verdict] ? b : a))
  const {to: _, ...answer} = worst.told
  const told: Judgement = {...answer, parts: parts.length > 1 ? parts.map(part => part.told) : []}
  return {told, doubtful: worst.doubtful}
}
