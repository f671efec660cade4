import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {beforeAll, expect, test} from 'vitest'
import {dump, HOST} from '../firewall/host.ts'
import {run, scratch, start} from './run.ts'

const STATE = join(scratch, 'state.json')
const OPEN = {to: '3.5.0.1', port: 443}
const BLOCKED = {to: '52.95.110.1', port: 443}
const UNDECIDED = {to: '10.20.0.0/16', port: 1500}

const lines = (probes: readonly unknown[]) => probes.map(probe => `${JSON.stringify(probe)}\n`).join('')

function file(name: string, content: string): string {
  const path = join(scratch, name)
  writeFileSync(path, content)
  return path
}

beforeAll(() => {
  const rules =
    '-A OUTPUT -p tcp --dport 443 -d 52.0.0.0/8 -j DROP\n-A OUTPUT -p tcp --dport 1500 -m limit --limit 1/s -j DROP'
  file('state.json', JSON.stringify({...HOST, iptablesNftSave: dump(rules)}))
})

const explain = (...args: readonly string[]) => ['explain', '--state', STATE, '--probes', ...args]

test('each probe of standard input is answered before the next one comes', async () => {
  const child = start(explain('-'), {stdio: ['pipe', 'pipe', 'inherit']})
  if (!child.stdin || !child.stdout) throw new Error('no pipes')
  const answers = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  for (const [probe, verdict] of [
    [OPEN, 'ALLOW'],
    [BLOCKED, 'BLOCK'],
    [UNDECIDED, 'UNKNOWN'],
  ] as const) {
    child.stdin.write(lines([probe]))
    expect((await answers.next()).value).toMatch(new RegExp(`^${verdict} `))
  }
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([3, null])
})

test('the answers of many come in order', async () => {
  const probes = Array.from({length: 20_000}, (_, at) => [OPEN, BLOCKED, UNDECIDED][at % 3])
  const {code, stdout} = await run(explain(file('many.jsonl', lines(probes)), '--json'))
  const verdicts = stdout.split('\n', probes.length).map(line => JSON.parse(line).verdict)
  expect([code, verdicts]).toEqual([3, probes.map((_, at) => ['allow', 'block', 'unknown'][at % 3])])
})

test('what comes long before a line that is no probe is answered', async () => {
  const path = file('broken.jsonl', `${lines(Array.from({length: 20_000}, () => OPEN))}nonsense\n`)
  const {code, stdout, stderr} = await run(explain(path))
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^drs-onboard: Line 20001 of [^\n]+\n$/)])
  const answered = stdout.split('\n').length - 1
  expect([answered > 1_000, answered < 20_000]).toEqual([true, true])
})

test('their number takes no memory', async () => {
  const note = 'x'.repeat(4_000)
  const path = file('notes.jsonl', lines(Array.from({length: 20_000}, () => ({...OPEN, note}))))
  const {code, stdout} = await run(explain(path), {node: ['--max-old-space-size=64']})
  expect([code, stdout.split('\n').length - 1]).toEqual([0, 20_000])
})

test('a line without an end is not collected', async () => {
  const path = file('endless.jsonl', `${lines([OPEN])}${'x'.repeat(3_000_000)}`)
  const {code, stderr} = await run(explain(path))
  expect([code, stderr]).toEqual([2, expect.stringContaining('Line 2 of the probe file')])
})
