import {judgementKey} from './same-answer.ts'
import type {Target} from './targets.ts'
import type {UserJudgements} from './users.ts'

export type Judged = UserJudgements & {readonly target: Target}

/** Targets that get the same answer for the same reason, on one port. */
export type JudgedGroup = UserJudgements & {readonly targets: readonly [Target, ...Target[]]}

/**
 * One group for each distinct judgement, port, proxy and rule destination, in the order of the first target of each.
 */
export function groupJudged(judged: readonly Judged[]): readonly JudgedGroup[] {
  const groups = new Map<string, UserJudgements & {targets: [Target, ...Target[]]}>()
  for (const {target, judgement, doubtful, split} of judged) {
    const other = split && [split.whose, judgementKey(split.other)]
    const key = JSON.stringify([
      target.port,
      target.proxy,
      target.destination,
      judgementKey(judgement),
      other,
    ])
    const group = groups.get(key)
    if (group) group.targets.push(target)
    else groups.set(key, {targets: [target], judgement, doubtful, split})
  }
  return [...groups.values()]
}
