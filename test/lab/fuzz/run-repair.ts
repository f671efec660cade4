// Repairs random rule sets that block, in a network namespace of its own.
// usage: run-repair.ts [--rulesets N] [--seed S] [--engines legacy,nft,native,mixed] [--undecided] [--verbose]
// Exits with 1 when a repair did not help, changed something else or could not be reverted, or when fewer than 95 %
// of what was blocked could be repaired. The last line is the count, as JSON.
import {parseArgs} from 'node:util'
import {ENGINES} from './generate-case.ts'
import {startHarness} from './harness.ts'
import {enterNamespace} from './namespace.ts'
import {fuzzRepair} from './repair.ts'

const LEAST_SHARE = 0.95

const {values} = parseArgs({
  options: {
    rulesets: {type: 'string', default: '200'},
    seed: {type: 'string', default: '1'},
    engines: {type: 'string', default: ENGINES.join(',')},
    undecided: {type: 'boolean', default: false},
    verbose: {type: 'boolean', default: false},
  },
})
const engines = ENGINES.filter(name => values.engines.split(',').includes(name))
const harness = await startHarness(enterNamespace())
const tally = await fuzzRepair(harness, {
  engines,
  rulesets: Number(values.rulesets),
  seed: Number(values.seed),
  undecided: values.undecided,
  verbose: values.verbose,
  write: line => process.stdout.write(`${line}\n`),
})
harness.stop()
process.stdout.write(`${JSON.stringify(tally)}\n`)
const {repaired, explained, faults} = tally
const isEnough = repaired > 0 && repaired >= LEAST_SHARE * (repaired + explained + faults)
process.exit(faults === 0 && isEnough ? 0 : 1)
