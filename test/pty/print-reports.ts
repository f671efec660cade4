// Prints a report of every kind to the terminal, as check and fix do.
// usage: print-reports.ts brief|verbose
import {printReport} from '../../src/commands/run/deliver.ts'
import {resolveOptions} from '../../src/options/resolve.ts'
import {REPORTS} from '../report/reports.ts'

const options = {
  ...(await resolveOptions({region: 'eu-central-1', stagingSubnet: '10.20.0.0/16'}, {})),
  verbose: process.argv[2] === 'verbose',
}
for (const report of Object.values(REPORTS))
  process.stdout.write(await printReport(report, 'text', options, 'fix', process.stdout))
process.stdout.write('All printed.\n')
