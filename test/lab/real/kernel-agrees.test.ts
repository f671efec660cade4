import {describe, expect, test} from 'vitest'
import type {Judgement} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {canonicalDestination} from '../../../src/firewall/model/destination.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {questionsTo} from './questions.ts'
import type {RealRuleSet} from './real-rule-set.ts'
import {RULE_SETS} from './rule-sets/index.ts'
import {NEIGHBOURS} from './rule-sets/neighbours.ts'
import {startWorld, type World, type WorldOptions} from './world.ts'

/** An allowed exchange ends when its byte is back, however long a busy machine takes; only silence is waited for. */
const PATIENCE_MS = {allow: 15_000, block: 700, unknown: 700} as const

type Question = ReturnType<typeof questionsTo>[number]

const inWords = ({to, port, uid}: Question, allowed: boolean) =>
  `${to} ${port} as ${uid}: ${allowed ? 'gets through' : 'is stopped'}`

/** Every definite answer about the live rules next to what the kernel does. */
async function compare(world: World, ruleSet: RealRuleSet) {
  await ruleSet.load(world.source)
  const firewall = compileFirewall(await world.capture())
  const uids = world.privileges === 'root' ? [0, 1000] : [0]
  const judged = questionsTo(ruleSet, uids).map(question => ({question, judgement: firewall.judge(question)}))
  const definite = judged.filter(({judgement}) => judgement.verdict !== 'unknown')
  const undecided = judged.filter(({judgement}) => judgement.verdict === 'unknown')
  const measured: string[] = []
  for (const uid of uids) {
    const mine = definite.filter(({question}) => question.uid === uid)
    const asked = mine.map(({question: {to, port}, judgement: {verdict}}) => ({
      ...{to, port},
      patienceMs: PATIENCE_MS[verdict],
    }))
    const answers = await world.exchange({uid, groups: [uid]}, asked)
    measured.push(...mine.map(({question}, at) => inWords(question, answers[at] ?? false)))
  }
  return {
    unknown: [...new Set(undecided.map(({question: {to, port}}) => `${canonicalDestination(to)} ${port}`))],
    said: definite.map(({question, judgement}) => inWords(question, isAllowed(judgement))).sort(),
    seen: measured.sort(),
  }
}

const isAllowed = ({verdict}: Judgement) => verdict === 'allow'

function agreement(ruleSets: readonly RealRuleSet[], options: WorldOptions = {}): void {
  test.each(ruleSets)('$name', async ruleSet => {
    await using world = await startWorld(options)
    const {unknown, said, seen} = await compare(world, ruleSet)
    expect(said).toEqual(seen)
    expect(unknown).toEqual(ruleSet.undecided ?? [])
  })
}

describe('the kernel agrees with the judge', () => {
  const written = RULE_SETS.filter(({needs = []}) => needs.length === 0)
  describeLab('on rule sets as tools write them', () => {
    agreement(written)
    describe('where IPv6 neighbours know one another for good', () =>
      agreement(
        NEIGHBOURS.map(ruleSet => ({...ruleSet, undecided: []})),
        {introduced: true},
      ))
  })
  // Their configuration may be read by root only, so a lab made without root cannot have a copy.
  if (process.getuid?.() === 0)
    describeLab('on rule sets that managers make', () => {
      const made = RULE_SETS.filter(({needs = []}) => needs.length > 0)
      agreement(made)
      describe('where IPv6 neighbours know one another for good', () =>
        agreement(
          made.filter(({name}) => name.includes('policy')),
          {introduced: true},
        ))
    }, ['ufw', 'firewall-cmd'])
})
