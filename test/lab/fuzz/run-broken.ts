// Runs the harness with a judge that is broken on purpose, to see that it is found out. Prints a tally as JSON.
// usage: node run-broken.ts allow|blame DIRECTORY
import type {Judgement} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {Compile} from './examine.ts'
import {fuzz} from './fuzz.ts'
import {startHarness} from './harness.ts'
import {enterNamespace} from './namespace.ts'
import {sumOf} from './tally.ts'

const BROKEN: Readonly<Record<string, (right: Judgement) => Judgement>> = {
  allow: right => ({...right, verdict: 'allow', stage: null, blocker: null, how: null}),
  blame: right => ({...right, blocker: right.blocker && {...right.blocker, rule: 99}}),
}

const [, , how = '', keep = ''] = process.argv
const distort = BROKEN[how]
if (!distort) throw new Error(`There is no judge that is broken like "${how}".`)
const compile: Compile = state => {
  const {judge} = compileFirewall(state)
  return {judge: probe => distort(judge(probe))}
}
const harness = await startHarness(enterNamespace())
const tallies = await fuzz(harness, {
  rulesets: 4,
  seed: 1,
  engines: ['legacy', 'native'],
  undecided: false,
  keep,
  verbose: false,
  write: () => undefined,
  compile,
})
harness.stop()
process.stdout.write(JSON.stringify(sumOf([...tallies.values()])))
process.exit(0)
