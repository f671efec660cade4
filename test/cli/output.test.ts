import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {OPTION_ROWS} from '../../src/options/options.ts'
import {reportSchema} from '../../src/report/schema.ts'
import {PROJECT} from '../lab/lib/paths.ts'
import {run, scratch} from './run.ts'

const REGION = ['--region', 'eu-central-1']

describe('help', () => {
  const all = OPTION_ROWS.map(({key}) => `--${key}`).filter(flag => flag !== '--watch')
  const forFix = ['--yes', '--allow-disruptive', '--confirm-within', '--persist-unit']
  const asking = all.filter(flag => !forFix.includes(flag))
  const document = ['--json', '--output', '--quiet']

  test.each([
    [[], asking],
    [['check'], [...asking, '--watch']],
    [['fix'], [...all, '--dry-run']],
    [['undo'], ['--list', '--yes', '--no-prompt', '--json', '--quiet', '--verbose', '--no-color']],
    [['capture'], [...document, '--verbose']],
    [
      ['explain'],
      [
        '--state',
        '--to',
        '--port',
        '--gid',
        '--uid',
        '--program',
        '--probes',
        '--protocol',
        ...document,
        '--no-color',
        '--verbose',
        '--format',
      ],
    ],
    [['regions'], ['--latency', '--dualstack', '--proxy-address', '--timeout', '--format', ...document]],
    [
      ['endpoints'],
      [
        '--region',
        '--staging-subnet',
        '--endpoint',
        '--s3-endpoint',
        '--dualstack',
        '--fips',
        '--format',
        ...document,
      ],
    ],
    [['policy'], ['--region', ...document]],
    [
      ['policy', 'check'],
      ['--region', '--format', ...document],
    ],
    [['diagnose'], ['--all', '--format', ...document]],
    [['schema'], document],
    [['version'], []],
    [['help'], []],
  ])('of %j names each flag', async (command, flags) => {
    const {code, stdout, stderr} = await run([...command, '--help'])
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
    const named = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag)
    const own = command.length === 0 ? ['--version'] : []
    expect(named.sort()).toEqual([...flags, ...own, '--help'].sort())
    expect((await run([...command, '-h'])).stdout).toBe(stdout)
  })

  test('names each exit code', async () => {
    const {stdout} = await run(['--help'])
    const text = stdout.slice(stdout.indexOf('Exit codes')).replace(/\s+/g, ' ')
    for (const code of [0, 1, 2, 3, 4, 129, 130, 143]) expect(text).toMatch(new RegExp(`[:·] ${code} \\w`))
  })

  test('the version is the package’s', async () => {
    const {version} = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'))
    expect(await run(['--version'])).toEqual({code: 0, stdout: `${version}\n`, stderr: ''})
  })
})

describe('the JSON report', () => {
  const commands = [
    ['check', '--only', 'os,privileges'],
    ['check', '--only', 'os,privileges', '--strict', ...REGION],
    ['fix', '--dry-run', '--only', 'os'],
  ]

  test.each(commands.map(command => [command]))(
    'of %j follows the published schema, and its exit code the outcome',
    async command => {
      const {code, stdout} = await run([...command, '--json'])
      const report = JSON.parse(stdout)
      expect(reportSchema.parse(report)).toEqual(report)
      const published = z.fromJSONSchema(JSON.parse((await run(['schema', 'report'])).stdout))
      expect(published.safeParse(report).error).toBeUndefined()
      expect(published.safeParse({...report, outcome: 'fine'}).success).toBe(false)
      // A part of the checks is never the whole answer.
      expect(report.outcome).toMatch(/^(incomplete|not-ready)$/)
      expect(code).toBe(report.outcome === 'not-ready' || command.includes('--strict') ? 3 : 0)
    },
  )

  test('is the same in a file as on stdout, and the file is all there is', async () => {
    const output = join(scratch, 'report.json')
    const {code, stdout, stderr} = await run([
      'check',
      '--only',
      'os',
      '--json',
      '--quiet',
      '--output',
      output,
    ])
    expect({code, stdout, stderr}).toEqual({code: 0, stdout: '', stderr: ''})
    expect(reportSchema.safeParse(JSON.parse(await readFile(output, 'utf8'))).success).toBe(true)
  })
})

test('the schema of a captured firewall state is one that can be used', async () => {
  const {code, stdout} = await run(['schema', 'firewall-state'])
  expect(code).toBe(0)
  const schema = z.fromJSONSchema(JSON.parse(stdout))
  expect(schema.safeParse({schemaVersion: 1, platform: 'amiga'}).success).toBe(false)
})

describe('every format', () => {
  const OF: Readonly<Record<string, RegExp>> = {
    text: /^[A-Z]/,
    json: /^[[{]\n/,
    csv: /^\w+,[^\n]*\r\n/,
    markdown: /^(# |\| )/,
    html: /^<!DOCTYPE html>/,
    junit: /^<\?xml /,
  }

  test.each([
    [
      ['check', '--only', 'os', '--quiet'],
      ['text', 'json', 'markdown', 'html', 'junit'],
    ],
    [['regions'], ['text', 'json', 'csv', 'markdown']],
    [
      ['endpoints', ...REGION],
      ['text', 'json', 'csv', 'markdown'],
    ],
  ])('of %j', async (command, formats) => {
    for (const format of formats) {
      const {code, stdout} = await run([...command, '--format', format])
      expect(stdout, format).toMatch(OF[format] as RegExp)
      expect(stdout.endsWith('\n'), format).toBe(true)
      expect(stdout.includes('\u001b'), format).toBe(false)
      expect(code, format).toBe(0)
    }
  })

  test('of policy check, with its exit codes', async () => {
    const allowing = join(scratch, 'allowing.json')
    await writeFile(allowing, (await run(['policy', ...REGION])).stdout)
    const denying = join(scratch, 'denying.json')
    await writeFile(denying, '{"Version": "2012-10-17", "Statement": []}')
    for (const format of ['text', 'json', 'markdown']) {
      expect((await run(['policy', 'check', allowing, ...REGION, '--format', format])).code, format).toBe(0)
      const denied = await run(['policy', 'check', denying, ...REGION, '--format', format])
      expect(denied.code, format).toBe(3)
      expect(denied.stdout).toContain('aws-drs-clients-eu-central-1')
    }
    expect((await run(['policy', 'check', join(PROJECT, 'README.md'), ...REGION])).code).toBe(2)
  })
})

test.each([
  [['check', '--only', 'os', '--latency'], true],
  [['fix', '--dry-run', '--only', 'os', '--latency'], true],
  [['check', '--only', 'os', '--latency', '--quiet'], false],
  [['check', '--only', 'os'], false],
])('%j says that latency is not shown there: %s', async (args, told) => {
  const {stderr} = await run(args)
  expect(stderr.includes('--latency has no effect here')).toBe(told)
})

test('a watch ends at once where another round of the same checks can settle nothing', async () => {
  const {code, stdout, stderr} = await run(['check', '--only', 'os', '--watch', '1'])
  expect(code).toBe(0)
  expect(stdout.split('INCOMPLETE')).toHaveLength(2)
  expect(stderr).toMatch(/\d\d:\d\d:\d\d {2}INCOMPLETE: no blocking issues[^;]*\n$/)
})

test.each(['0', '3601', '1.5', 'soon'])('--watch %s is refused', async seconds => {
  const {code, stderr} = await run(['check', '--only', 'os', '--watch', seconds])
  expect(code).toBe(2)
  expect(stderr).toContain('--watch must be a whole number of seconds from 1 to 3600')
})
