import {afterAll, beforeAll, expect, test} from 'vitest'
import type {CauseCode} from '../../../src/contract/cause-codes.ts'
import type {AwsFaults} from '../lib/aws-settings.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {REGION} from './path-cases.ts'
import {codesOf, reportOf} from './report.ts'

type Case = {
  readonly name: string
  readonly faults: AwsFaults
  readonly codes: readonly string[]
}

/** Every endpoint fails alike, the one that this server could do without as a warning; the download waits for its bucket. */
const throughout = (code: CauseCode): readonly string[] => [
  `drs-endpoint: fail ${code}`,
  `s3-buckets: fail ${code}`,
  `s3-buckets: warn ${code}`,
  `installer-download: skip ${code}`,
]

const downloadFails = (code: CauseCode): readonly string[] => [
  'drs-endpoint: pass ok',
  's3-buckets: pass ok',
  `installer-download: fail ${code}`,
]

const CASES: readonly Case[] = [
  {name: 'garbage', faults: {http: 'garbage'}, codes: throughout('http.error')},
  {name: 'a header without an end', faults: {http: 'endless-header'}, codes: throughout('http.error')},
  {
    name: 'a header of a byte now and then',
    faults: {http: 'dripping-header'},
    codes: throughout('http.timeout'),
  },
  {
    name: 'interim answers without an end',
    faults: {http: 'endless-interim'},
    codes: throughout('http.timeout'),
  },
  {
    name: 'bodies without an end',
    faults: {http: 'endless-body'},
    codes: downloadFails('installer.hash-mismatch'),
  },
  {name: 'gzip bombs', faults: {http: 'gzip-bomb'}, codes: downloadFails('installer.hash-mismatch')},
  {
    name: 'redirects to the same address',
    faults: {http: 'loop', hosts: '[.]s3[.]'},
    codes: ['drs-endpoint: pass ok', ...throughout('http.block-page').slice(1)],
  },
  {
    name: 'a hash object of 10 GB',
    faults: {hashObject: 'huge'},
    codes: downloadFails('installer.hash-mismatch'),
  },
]

/** Twice what a healthy run takes, which is less than any of these bodies come to in the time limit of a step. */
const MAX_KILOBYTES = 160 * 1024

/** Writes the peak resident memory, in kB, as the last line of standard error. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import {writeSync} from 'node:fs'; process.on('exit', () => writeSync(2, '\\n' + process.resourceUsage().maxRSS))",
)}`

describeLab('a server that answers with', () => {
  let lab: Lab
  beforeAll(async () => {
    lab = await startLab()
  })
  afterAll(() => lab?.stop())

  test.each(CASES)('$name', async ({faults, codes}) => {
    await lab.setFaults(faults)
    const checks = ['--only', 'drs-endpoint,s3-buckets,installer-download']
    const [node, ...program] = lab.source.drsOnboardArgv([
      'check',
      '--region',
      REGION,
      '--timeout',
      '2',
      ...checks,
      '--json',
    ])
    const result = await lab.source.run([node, '--import', REPORT_MEMORY, ...program])
    expect(codesOf(reportOf(result))).toEqual(codes)
    expect(result.code).toBe(3)
    expect(Number(result.stderr.split('\n').at(-1))).toBeLessThan(MAX_KILOBYTES)
  })
})
