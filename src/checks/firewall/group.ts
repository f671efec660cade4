import type {Answer, Judgement} from '../../contract/judgement.ts'
import type {Target} from './targets.ts'

export type Judged = {readonly target: Target; readonly judgement: Judgement}

/** Targets that get the same answer for the same reason. */
export type JudgedGroup = {readonly targets: readonly Target[]; readonly judgement: Judgement}

/** One group for each distinct judgement and rule destination, in the order of the first target of each. */
export function groupJudged(judged: readonly Judged[]): readonly JudgedGroup[] {
  const groups = new Map<string, {targets: Target[]; judgement: Judgement}>()
  for (const {target, judgement} of judged) {
    const key = JSON.stringify([target.destination, answerKey(judgement), judgement.parts.map(answerKey)])
    const group = groups.get(key)
    if (group) group.targets.push(target)
    else groups.set(key, {targets: [target], judgement})
  }
  return [...groups.values()]
}

/** What makes two answers the same, without the sentence, which may name the address. */
function answerKey({verdict, stage, blocker, how, redirectedTo, unknownBecause, warnings}: Answer): unknown {
  return [verdict, stage, blocker, how, redirectedTo, unknownBecause, warnings]
}
