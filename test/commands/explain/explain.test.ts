import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {dump, HOST} from '../../firewall/host.ts'
import {CLI, NODE} from '../../lab/lib/paths.ts'

const STATE = {
  ...HOST,
  iptablesNftSave: dump(
    '-A OUTPUT -p tcp --dport 443 -d 52.0.0.0/8 -j DROP\n-A OUTPUT -p tcp --dport 1500 -m limit --limit 1/s -j DROP',
  ),
}
const BLOCKED = {to: '52.95.110.1', port: 443}
const OPEN = {to: '3.5.0.1', port: 443}
const UNDECIDED = {to: '10.20.0.0/16', port: 1500}

let directory: string
let state: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'explain-'))
  state = await file('state.json', JSON.stringify(STATE))
})
afterAll(() => rm(directory, {recursive: true}))

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

const lines = (probes: readonly unknown[]) => probes.map(probe => `${JSON.stringify(probe)}\n`).join('')

function explain(args: readonly string[], input = '') {
  return execa(NODE, [CLI, 'explain', ...args], {
    reject: false,
    input,
    env: {NO_COLOR: '', FORCE_COLOR: '', LC_ALL: 'C.UTF-8'},
  })
}

describe('explain, one probe', () => {
  test.each([
    [BLOCKED, 3, 'block'],
    [OPEN, 0, 'allow'],
    [UNDECIDED, 5, 'unknown'],
  ])('%o exits %i, as text and as JSON', async ({to, port}, code, verdict) => {
    const args = ['--state', state, '--to', to, '--port', String(port)]
    const [text, json] = await Promise.all([explain(args), explain([...args, '--json'])])
    expect([text.exitCode, json.exitCode]).toEqual([code, code])
    expect(text.stdout).toContain(`\n${verdict.toUpperCase()} `)
    expect(JSON.parse(json.stdout)).toEqual(compileFirewall(STATE).judge({to, port}))
    expect(json.stdout.split('\n').length).toBeGreaterThan(5)
    expect(text.stderr + json.stderr).toBe('')
  })

  describe('into a file', () => {
    const one = () => ['--state', state, '--to', BLOCKED.to, '--port', '443']

    test.each([
      ['text', []],
      ['JSON', ['--json']],
      ['JSON, by its format', ['--format', 'json']],
    ])('as %s, as on stdout', async (_name, args) => {
      const output = join(directory, `answer-${args.length}`)
      const [printed, written] = await Promise.all([
        explain([...one(), ...args]),
        explain([...one(), ...args, '--output', output]),
      ])
      expect(written).toMatchObject({exitCode: 3, stdout: '', stderr: `Written to ${output}.`})
      expect(await readFile(output, 'utf8')).toBe(`${printed.stdout}\n`)
    })

    test('without a word', async () => {
      const output = join(directory, 'quiet')
      const written = await explain([...one(), '--quiet', '--output', output])
      expect(written).toMatchObject({exitCode: 3, stdout: '', stderr: ''})
      expect((await explain([...one(), '--quiet'])).stdout).toBe((await readFile(output, 'utf8')).trimEnd())
    })

    test('for many probes, and not at all where one of them is none', async () => {
      const output = join(directory, 'many')
      const probes = await file('many.jsonl', lines([BLOCKED, OPEN]))
      const args = ['--state', state, '--json', '--output', output, '--probes']
      expect(await explain([...args, probes])).toMatchObject({exitCode: 3, stdout: ''})
      const whole = await readFile(output, 'utf8')
      expect(whole.trimEnd().split('\n')).toHaveLength(2)
      const broken = await file('broken.jsonl', `${lines([OPEN])}no probe\n`)
      expect(await explain([...args, broken])).toMatchObject({exitCode: 2, stdout: ''})
      expect(await readFile(output, 'utf8')).toBe(whole)
      expect((await readdir(directory)).filter(name => name.includes('many')).sort()).toEqual([
        'many',
        'many.jsonl',
      ])
    })

    test('which may be a device', async () => {
      const probes = await file('device.jsonl', lines([BLOCKED, OPEN]))
      const args = ['--state', state, '--json', '--quiet', '--probes', probes]
      const [direct, device] = await Promise.all([
        explain(args),
        explain([...args, '--output', '/dev/stdout']),
      ])
      expect(device).toMatchObject({exitCode: 3, stdout: direct.stdout})
    })

    test.each([
      ['a directory', '.'],
      ['what cannot be written', '/proc/nothing'],
    ])('not into %s', async (_name, output) => {
      const {exitCode, stderr} = await explain([...one(), '--output', output])
      expect(exitCode).toBe(2)
      expect(stderr).toContain('cannot be written')
    })

    test('nor in two formats', async () => {
      expect(await explain([...one(), '--json', '--format', 'text'])).toMatchObject({exitCode: 2, stdout: ''})
    })
  })

  test('takes the state from standard input, with a byte order mark, and as UTF-16', async () => {
    const args = ['--to', BLOCKED.to, '--port', '443', '--format', 'json', '--state']
    const wide = await file('wide.json', Buffer.from(`\ufeff${JSON.stringify(STATE)}`, 'utf16le'))
    const results = await Promise.all([
      explain([...args, '-'], `\ufeff${JSON.stringify(STATE)}`),
      explain([...args, wide]),
    ])
    expect(results.map(({exitCode}) => exitCode)).toEqual([3, 3])
  })

  test('judges for the user that is given', async () => {
    const owned = await file(
      'owned.json',
      JSON.stringify({...HOST, iptablesNftSave: dump('-A OUTPUT -m owner --uid-owner 998 -j DROP')}),
    )
    const args = ['--state', owned, '--to', '52.95.110.1', '--port', '443', '--uid']
    const results = await Promise.all([explain([...args, '0']), explain([...args, '998'])])
    expect(results.map(({exitCode}) => exitCode)).toEqual([0, 3])
  })
})

describe('explain, by group', () => {
  const rule = (match: string) =>
    file(
      `${match}.json`,
      JSON.stringify({...HOST, iptablesNftSave: dump(`-A OUTPUT -m owner ${match} -j DROP`)}),
    )

  test.each([
    ['--gid-owner 104', '104', 3],
    ['--gid-owner 104', '0,104', 0],
    ['--gid-owner 104 --suppl-groups', '0,104', 3],
    ['--gid-owner 104 --suppl-groups', '0,7', 0],
  ])('%s asked for %s', async (match, gid, code) => {
    const args = ['--state', await rule(match), '--to', '52.95.110.1', '--port', '443']
    const {exitCode, stdout} = await explain([...args, '--gid', gid])
    expect(exitCode).toBe(code)
    expect(stdout).toContain(`from uid 0 with gid ${gid.replace(',', ', ')}`)
  })

  test('in a file of probes, one group or several', async () => {
    const probes = await file(
      'groups.jsonl',
      lines([
        {...OPEN, gid: 104},
        {...OPEN, gid: [0, 104]},
      ]),
    )
    const args = ['--state', await rule('--gid-owner 104'), '--probes', probes, '--json']
    const {stdout} = await explain(args)
    expect(stdout.split('\n').map(line => JSON.parse(line).verdict)).toEqual(['block', 'allow'])
  })

  test.each([[[]], [-1], ['root'], [[0, 4294967295]], [1.5]])('a probe with gid %j is none', async gid => {
    const {stderr, exitCode} = await explain(
      ['--state', state, '--probes', '-'],
      JSON.stringify({...OPEN, gid}),
    )
    expect([stderr, exitCode]).toEqual([expect.stringContaining('Line 1'), 2])
  })
})

describe('explain, by protocol', () => {
  const rule = () =>
    file(
      'udp.json',
      JSON.stringify({...HOST, iptablesNftSave: dump('-A INPUT -p udp -m udp --sport 53 -j DROP')}),
    )

  test.each([
    [['--protocol', 'udp'], 3, 'UDP 53 to 52.95.110.1'],
    [['--protocol', 'tcp'], 0, 'TCP 53 to 52.95.110.1'],
    [[], 0, 'TCP 53 to 52.95.110.1'],
  ])('%j exits %i', async (flags, code, words) => {
    const args = ['--state', await rule(), '--to', '52.95.110.1', '--port', '53']
    const {exitCode, stdout} = await explain([...args, ...flags])
    expect(exitCode).toBe(code)
    expect(stdout).toContain(words)
  })

  test('of UDP the walk shows a datagram and its answer, and nothing else', async () => {
    const args = ['--state', await rule(), '--to', '52.95.110.1', '--port', '53', '--protocol', 'udp']
    const {stdout} = await explain(args)
    expect(stdout.split('\n').filter(line => /^\S/.test(line))).toMatchInlineSnapshot(`
      [
        "UDP 53 to 52.95.110.1, judged by the rules captured at 2026-03-04T10:30:00Z",
        "BLOCK    iptables (nf_tables): rule 1 of chain INPUT in table filter drops the",
        "Datagram (UDP), out of this host",
        "Answer to it (UDP), in to this host",
      ]
    `)
  })

  test('in a file of probes', async () => {
    const asked = [{protocol: 'udp'}, {protocol: 'tcp'}, {}].map(one => ({
      to: '52.95.110.1',
      port: 53,
      ...one,
    }))
    const {stdout} = await explain(['--state', await rule(), '--probes', '-', '--json'], lines(asked))
    expect(stdout.split('\n').map(line => JSON.parse(line).verdict)).toEqual(['block', 'allow', 'allow'])
  })

  test.each(['UDP', 'icmp', 17, null])('a probe with protocol %j is none', async protocol => {
    const probe = JSON.stringify({...OPEN, protocol})
    const {stderr, exitCode} = await explain(['--state', state, '--probes', '-'], probe)
    expect([stderr, exitCode]).toEqual([expect.stringContaining('Line 1'), 2])
  })
})

describe('explain, several probes', () => {
  test.each([
    ['the worst counts', [OPEN, UNDECIDED, BLOCKED], 3],
    ['undecided before allowed', [UNDECIDED, OPEN], 5],
    ['all allowed', [OPEN, OPEN], 0],
  ])('%s; one judgement a line, in order', async (name, probes, code) => {
    const path = await file(`${name}.jsonl`, lines(probes))
    const {stdout, exitCode} = await explain(['--state', state, '--probes', path, '--json'])
    const firewall = compileFirewall(STATE)
    expect(stdout.split('\n').map(line => JSON.parse(line))).toEqual(
      JSON.parse(JSON.stringify(probes.map(probe => firewall.judge(probe)))),
    )
    expect(exitCode).toBe(code)
  })

  test('come from standard input too, with empty lines, CRLF, a byte order mark and notes', async () => {
    const input = `\ufeff${JSON.stringify({...OPEN, note: 'x'})}\r\n\r\n${JSON.stringify({...OPEN, uid: 0})}`
    const {stdout, exitCode} = await explain(['--state', state, '--probes', '-'], input)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ALLOW {4}TCP 443 to 3\.5\.0\.1: /),
      expect.stringMatching(/^ALLOW/),
    ])
    expect(exitCode).toBe(0)
  })

  test('10,000 are answered, and a reader that leaves is no failure', async () => {
    const path = await file('many.jsonl', lines(Array.from({length: 10_000}, () => OPEN)))
    const all = await explain(['--state', state, '--probes', path, '--json'])
    expect(all.stdout.split('\n')).toHaveLength(10_000)
    const cut = await execa(
      'bash',
      [
        '-c',
        'set -o pipefail; "$0" src/cli.ts explain --state "$1" --probes "$2" --json | head -1',
        process.execPath,
        state,
        path,
      ],
      {reject: false},
    )
    expect([cut.exitCode, cut.stderr]).toEqual([0, ''])
  })
})

describe('what cannot be used', () => {
  const good = ['--to', '10.0.0.1', '--port', '443']
  test.each<readonly [string, () => Promise<readonly string[]>, string]>([
    ['no state', async () => good, '--state'],
    ['a state that is missing', async () => ['--state', '/nowhere', ...good], 'ENOENT'],
    ['no destination', async () => ['--state', state, '--port', '443'], '--to'],
    ['no port', async () => ['--state', state, '--to', '10.0.0.1'], '--port'],
    ['a bad address', async () => ['--state', state, '--to', '10.0.0', '--port', '443'], '"10.0.0"'],
    ['a bad port', async () => ['--state', state, '--to', '10.0.0.1', '--port', '65536'], '"65536"'],
    ['a bad protocol', async () => ['--state', state, ...good, '--protocol', 'sctp'], '"sctp"'],
    ['a bad gid', async () => ['--state', state, ...good, '--gid', '0,vpn'], '"vpn"'],
    ['no gid', async () => ['--state', state, ...good, '--gid', ''], '""'],
    ['a bad uid', async () => ['--state', state, ...good, '--uid', '-1'], '"-1"'],
    ['a bad format', async () => ['--state', state, ...good, '--format', 'yaml'], 'yaml'],
    ['a state that is no JSON', async () => ['--state', await file('no.json', '{'), ...good], 'not JSON'],
    [
      'a state that lacks a field',
      async () => [
        '--state',
        await file('lacks.json', JSON.stringify({...STATE, routes: undefined})),
        ...good,
      ],
      'routes',
    ],
    [
      'a state of a later version',
      async () => [
        '--state',
        await file('later.json', JSON.stringify({...STATE, schemaVersion: 2})),
        ...good,
      ],
      'schemaVersion 2',
    ],
    [
      'two questions',
      async () => ['--state', state, '--probes', 'x', '--to', '10.0.0.1'],
      '--to and --probes',
    ],
    ['two standard inputs', async () => ['--state', '-', '--probes', '-'], 'standard input'],
    [
      'a probe that is no JSON',
      async () => ['--state', state, '--probes', await file('1.jsonl', `${lines([OPEN])}\nnonsense\n`)],
      'Line 3 ',
    ],
    [
      'a probe without a port',
      async () => ['--state', state, '--probes', await file('2.jsonl', lines([OPEN, {to: '10.0.0.1'}]))],
      'Line 2 ',
    ],
    [
      'a probe to no address',
      async () => ['--state', state, '--probes', await file('3.jsonl', lines([{to: 'aws', port: 1}]))],
      'Line 1 ',
    ],
    ['no probes', async () => ['--state', state, '--probes', await file('4.jsonl', '\n')], 'no probe'],
  ])('%s: exit 2, one sentence, nothing on stdout', async (_, args, named) => {
    const {exitCode, stdout, stderr} = await explain(await args())
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(named)
    expect(stderr.split('\n')).toHaveLength(1)
  })
})
