// Compares the judge with real connections over random rule sets, in a network namespace of its own.
// usage: npm run fuzz -- [--rulesets N] [--seed S] [--engines legacy,nft,native,mixed,partial] [--undecided] [--keep
// DIR] [--verbose] Exits with 1 when a definite answer was wrong, or when blames are not exact.
import {parseArgs} from 'node:util'
import {labObstacle} from '../lib/tools.ts'
import {type FuzzOptions, fuzz} from './fuzz.ts'
import {ENGINES, type Engine} from './generate-case.ts'
import {startHarness} from './harness.ts'
import {enterNamespace} from './namespace.ts'
import {complaints, printTally, sumOf} from './tally.ts'

const write = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const options = readOptions()
const obstacle = labObstacle()
if (obstacle !== null) {
  write(obstacle)
  process.exit(1)
}
const privileges = enterNamespace()
const harness = await startHarness(privileges)
if (!harness.hasOtherUser) write('Without root every connection is made as root of a user namespace.')
const tallies = await fuzz(harness, options)
harness.stop()
for (const [engine, tally] of tallies) write(printTally(engine, tally))
const all = sumOf([...tallies.values()])
write(printTally('all', all))
const found = complaints(all)
for (const complaint of found) write(complaint)
process.exit(found.length > 0 ? 1 : 0)

function readOptions(): FuzzOptions {
  const {values} = parseArgs({
    options: {
      rulesets: {type: 'string', default: '200'},
      seed: {type: 'string', default: '1'},
      engines: {type: 'string', default: ENGINES.join(',')},
      undecided: {type: 'boolean', default: false},
      keep: {type: 'string'},
      verbose: {type: 'boolean', default: false},
    },
  })
  return {
    rulesets: wholeNumber('--rulesets', values.rulesets),
    seed: wholeNumber('--seed', values.seed),
    engines: values.engines.split(',').map(engineOf),
    undecided: values.undecided,
    keep: values.keep ?? null,
    verbose: values.verbose,
    write,
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} takes a whole number, not "${text}".`)
  return Number(text)
}

function engineOf(text: string): Engine {
  const engine = ENGINES.find(name => name === text)
  if (!engine) throw new Error(`--engines takes some of ${ENGINES.join(', ')}, not "${text}".`)
  return engine
}
