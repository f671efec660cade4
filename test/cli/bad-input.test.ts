import {existsSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {type Ended, run, scratch} from './run.ts'

const ESC = '\u001b[31m'
const CSI = '\u009b31m'
const REVERSED = '\u202e'

/** One sentence on stderr that a terminal can be shown, nothing on stdout, nothing written. */
function expectRefused({code, stdout, stderr}: Ended, sentence: string | RegExp): void {
  expect(stderr).toMatch(/^drs-onboard: [^\p{Cc}\p{Cf}]+[.?]\n$/u)
  expect(stderr).toMatch(sentence)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  expect(existsSync(join(scratch, 'state'))).toBe(false)
}

const os = (...args: string[]) => ['check', '--only', 'os', ...args]

describe('refused in one sentence', () => {
  test.concurrent.each<[string[], string | RegExp]>([
    [
      ['check', '--region', 'eu-centrl-1'],
      /no Region "eu-centrl-1".*use eu-central-1 \(Europe \(Frankfurt\)\)/,
    ],
    [['endpoints', '--region', 'frankfurt'], 'use eu-central-1'],
    [['check', '--region', ''], '--region must be a Region code, such as eu-central-1.'],
    [['check', '--region', 'x'.repeat(5_000)], /^.{100,250}\n$/],
    [['check'], /requires a Region: use --region/],
    [['fix', '--yes'], /requires a Region: use --region/],
    [['endpoints'], 'A Region is required: use --region'],
    [['policy'], 'A Region is required: use --region'],
    [['policy', 'check', '/dev/null'], 'A Region is required: use --region'],
    [
      os('--staging-subnet', '10.20.0.0'),
      '--staging-subnet has no prefix length: "10.20.0.0"; use a value like 10.20.0.0/16.',
    ],
    [os('--staging-subnet', '10.20.0.0/33'), 'prefix length outside 0 to 32'],
    [os('--staging-subnet', ''), '--staging-subnet is not a CIDR: ""'],
    [os('--replication-server', '10.20.0.10:0'), 'has a port outside 1 to 65535: "0"'],
    [os('--replication-server', '10.20.0.10:65536'), 'has a port outside 1 to 65535: "65536"'],
    [os('--replication-server', 'fd00::zz'), '--replication-server is not a host: "fd00::zz"'],
    [os('--replication-server', ''), '--replication-server is not a host: ""'],
    [os('--endpoint', 'https://example.com/'), 'omit https:// and the path'],
    [os('--s3-endpoint', ''), '--s3-endpoint is not a host name: ""'],
    [os('--proxy-address', 'proxy'), '--proxy-address must be an http:// or https:// URL'],
    [os('--timeout', '0'), '--timeout must be a number of seconds from 0.1 to 600, not "0".'],
    [os('--timeout', '0.0001'), '--timeout must be a number of seconds from 0.1 to 600'],
    [os('--timeout', '-1'), 'not "-1"'],
    [os('--timeout', '601'), 'not "601"'],
    [os('--timeout', '0x10'), 'not "0x10"'],
    [
      ['check', '--only', 'osx'],
      '--only has an unknown check "osx"; valid checks: os, privileges, firewall-443',
    ],
    [['check', '--only', ''], '--only has an unknown check ""'],
    [['check', '--skip', 'os,none'], '--skip has an unknown check "none"'],
    [os('--skip', 'os'), 'No check is left to run'],
    [os('--format', 'xml'), '--format must be one of text, json, markdown, html, junit.'],
    [['regions', '--format', 'xml'], '--format must be one of text, json, csv, markdown, not "xml".'],
    [['endpoints', '--region', 'eu-central-1', '--format', 'junit'], 'not "junit"'],
    [os('--config', ''), '--config must be a path.'],
    [os('--config', '/none.json'), 'The config file /none.json cannot be read'],
    [os('--config', '/'), 'The config file / cannot be read'],
    [os('--output', '/none/report.txt'), '--output: the directory /none does not exist; create it'],
    [os('--output', '/'), '--output: / is a directory; use a file in it.'],
    [os('--output', ''), '--output must be a path.'],
    [os('--output-installer', '/none'), '--output-installer: the directory /none does not exist'],
    [os('--output-installer', '/dev/null'), '--output-installer: the directory /dev/null does not exist'],
    [os('--bogus'), /unknown option '--bogus'; see `.*cli\.js check --help`\.$/m],
    [os('--outptu', 'x'), "unknown option '--outptu' (did you mean --output?)"],
    [['check', '--only'], /needs a value; see `.*cli\.js check --help`/],
    [['policy', 'check'], /missing required argument 'file'; see `.*cli\.js policy check --help`\.$/m],
    [['chek'], 'Unknown command "chek"; did you mean check?'],
    [['nosuch'], /Unknown command "nosuch"; valid commands: check, fix, undo, (?!.*guard)/],
    [['help', 'nosuch'], /Unknown command "nosuch"; valid commands: check, fix, undo, (?!.*guard)/],
    [['help', 'policy', 'chek'], 'did you mean check?'],
    [['check', '--only', 'os', '--json', '--format', 'junit'], '--json and --format exclude each other'],
    [['regions', '--json', '--format', 'csv'], 'exclude each other; use only one'],
    [os('now'), "too many arguments for 'check' (expected 0 arguments but got 1: now)"],
    [['fix', '--yes', 'undo'], "too many arguments for 'fix'"],
    [['undo', '--yes', 'one', 'two'], "too many arguments for 'undo'"],
    [['undo', '--list', 'one', 'two'], "too many arguments for 'undo'"],
    [['policy', 'chek', '--region', 'eu-central-1'], "too many arguments for 'policy'"],
    [['explain'], 'explain requires a captured firewall state: --state FILE'],
    [
      ['explain', '--state', '/none', '--to', '192.0.2.1', '--port', '443'],
      'The firewall state "/none" cannot be read',
    ],
    [['explain', '--state', '/dev/null', '--to', '192.0.2.1', '--port', '443'], 'is not JSON'],
    [['explain', '--state', '/dev/null', '--to', '192.0.2.1'], 'add --port N'],
    [
      ['explain', '--state', '/dev/null', '--to', '192.0.2.1', '--port', '0'],
      '--port has a port outside 1 to 65535: "0".',
    ],
    [['explain', '--state', '-', '--probes', '-'], 'cannot both be standard input'],
    [['capture', 'now'], "too many arguments for 'capture'"],
    [['schema', 'reprot'], 'Unknown schema "reprot"; valid schemas: report, firewall-state.'],
    [['policy', 'check', '/none', '--region', 'eu-central-1'], 'The policy file "/none" cannot be read'],
    [['undo', 'nonesuch'], 'No change with id "nonesuch". Nothing to undo.'],
    [['fix'], 'add --yes to apply low-risk changes, or --dry-run to see the plan.'],
    [['fix', '--no-prompt', '--json'], 'add --yes'],
    [[], /The wizard requires a terminal; .* `.*cli\.js check --region REGION`/],
    [['--no-input'], 'The wizard requires a terminal'],
  ])('%j', async (args, sentence) => {
    expectRefused(await run(args), sentence)
  })
})

describe('what a terminal would act on is never passed on', () => {
  test.concurrent.each([
    [['check', '--region', `${ESC}${CSI}${REVERSED}`]],
    [['endpoints', '--region', `${CSI}eu-central-1`]],
    [['check', '--only', `os,${CSI}${REVERSED}`]],
    [os(`--${ESC}bogus`)],
    [os('--staging-subnet', `10.0.0.0/8${CSI}`)],
    [os('--replication-server', `host\n${ESC}:1`)],
    [os('--config', `/none${ESC}${CSI}`)],
    [os('--output', `/none${ESC}/${CSI}`)],
    [os('--output-installer', `/none${REVERSED}`)],
    [[`${ESC}${CSI}chek`]],
    [os(`${ESC}${CSI}`)],
    [['regions', '--format', `${CSI}`]],
    [['schema', `${ESC}${REVERSED}`]],
    [['undo', `${ESC}${CSI}`]],
    [['explain', '--state', `/none${ESC}${CSI}`, '--to', '192.0.2.1', '--port', '443']],
    [['policy', 'check', `/none${ESC}${CSI}`, '--region', 'eu-central-1']],
  ])('%j', async args => {
    expectRefused(await run(args), /\\u/)
  })

  test('in the name of the file that a report went to', async () => {
    const {code, stdout, stderr} = await run(os('--output', join(scratch, `${ESC}report`)))
    expect(stderr).toMatch(/^[^\p{Cc}]+\nReport written to [^\p{Cc}]+report\.\n$/u)
    expect({code, stdout}).toEqual({code: 0, stdout: ''})
  })
})

describe('a config file', () => {
  test.each([
    ['is empty', '', 'is invalid JSON'],
    ['is no JSON', '{"region"', 'is invalid JSON'],
    ['is a list', '[]', 'must contain one JSON object'],
    ['is null', 'null', 'must contain one JSON object'],
    ['has an unknown key', '{"regoin": "x"}', 'has an unknown key "regoin"; did you mean "region"?'],
    ['has a key like no other', '{"__proto__": 1}', /has an unknown key "__proto__"; valid keys: region, /],
    ['agrees in advance', '{"yes": true}', 'has an unknown key "yes"'],
    ['has a number for a Region', '{"region": 5}', /"region" in .*config\.json must be a Region code/],
    [
      'has a Region that does not exist',
      '{"region": "mars"}',
      /no Region "mars" \(from "region" in .*config\.json\)/,
    ],
    ['has a word for a switch', '{"strict": "yes"}', /"strict" in .* must be true or false/],
    ['leaves no check', '{"skip": ["os"]}', 'No check is left to run'],
    ['has a NUL in a path', '{"output": "/tmp\\u0000/x"}', 'does not exist; create it'],
    ['has escape sequences', `{"${ESC.replace('\u001b', '\\u001b')}": 1}`, 'has an unknown key'],
  ])('that %s is refused', async (_name, text, sentence) => {
    const config = join(scratch, 'config.json')
    await writeFile(config, text)
    expectRefused(await run(os('--config', config)), sentence)
  })

  test('may begin with a byte order mark, as editors on Windows write it', async () => {
    const config = join(scratch, 'config.json')
    await writeFile(config, '\ufeff{"format": "json"}')
    expect(JSON.parse((await run(os('--config', config))).stdout)).toMatchObject({schemaVersion: 1})
  })
})

describe('the environment', () => {
  test.each([
    [os(), {AWS_REGION: 'mars'}, 'no Region "mars" (from AWS_REGION)'],
    [['endpoints'], {AWS_DEFAULT_REGION: 'mars'}, 'no Region "mars" (from AWS_DEFAULT_REGION)'],
    [[], {CI: 'true'}, 'The wizard requires a terminal'],
  ] as const)('%j with %j', async (args, env, sentence) => {
    expectRefused(await run(args, {env}), sentence)
  })
})

test('a list given twice is one longer list; of anything else the last one counts', async () => {
  const args = [
    'check',
    '--only',
    'os',
    '--only',
    'privileges',
    '--region',
    'us-east-1',
    '--region',
    'eu-west-1',
    '--json',
  ]
  const report = JSON.parse((await run(args)).stdout)
  expect(report.findings.map(({check}: {check: string}) => check)).toEqual(['os', 'privileges'])
  expect(report.options.region).toBe('eu-west-1')
})
