import {afterEach, describe, expect, test, vi} from 'vitest'
import type {Finding} from '../../src/contract/finding.ts'
import type {Step} from '../../src/contract/remedy.ts'
import {settled} from './cells.ts'
import {BLOCKED, HEALTHY} from './scripted-findings.ts'
import {goWay, WAYS} from './ways.ts'
import {endAll, remediate, run} from './wizard-on-terminal.ts'

// Whether a terminal has a clipboard is decided when the screens are loaded.
vi.hoisted(() => {
  process.env.TERM = 'xterm-256color'
  delete process.env.TMUX
  delete process.env.STY
})

afterEach(endAll)

/** xterm, "Operating System Commands", 52. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are sent.
const COPIED = /\u001B\]52;c;([A-Za-z0-9+/=]*)\u0007/g

const copiedIn = (written: string) =>
  [...written.matchAll(COPIED)].map(([, encoded = '']) => Buffer.from(encoded, 'base64').toString())

async function copiesOn(name: string, times: number) {
  const way = WAYS[name]
  if (way === undefined) throw new Error(`no way leads to ${name}`)
  const {input, output, shows} = run(way.script)
  await goWay(way.way, {input, shows})
  await shows('c copy')
  for (let at = 0; at < times; at += 1) {
    input.write('c')
    await vi.waitFor(() => expect(copiedIn(output.written)).toHaveLength(at + 1))
    await shows('Copied where your terminal allows it: ')
  }
  return {copied: copiedIn(output.written), output, input, shows}
}

const INSTALL = 'sudo -E ./aws-replication-installer-init --region eu-west-1 --no-prompt'

describe('c copies', () => {
  test.each([
    ['installer', [INSTALL]],
    ['summary', [INSTALL, 'drs-onboard fix --region eu-west-1 --no-prompt --yes', INSTALL]],
    ['summary, installer kept', [INSTALL.replace('./', '/root/')]],
    ['full report', [INSTALL]],
    ['repair plan', [/^iptables -w -I \S+ 3 [^\n]*$/, /^iptables -w -D [^\n]*$/]],
    ['remedy in detail', [/^iptables -w -I \S+ 3 [^\n]*$/]],
    ['confirmation', [/^iptables -w -I [^\n]* 443 [^\n]*\niptables -w -I [^\n]* 1500 [^\n]*$/]],
    ['findings', [/^iptables -w -I \S+ 3 [^\n]*$/, /^iptables -w -D [^\n]*$/]],
    ['finding in detail', [/^iptables -w -I \S+ 3 [^\n]*$/]],
    ['summary, repaired', [INSTALL, 'drs-onboard undo']],
  ])('on the screen: %s', async (name, wanted) => {
    const {copied} = await copiesOn(name, wanted.length)
    expect(copied).toEqual(
      wanted.map(text => (typeof text === 'string' ? text : expect.stringMatching(text))),
    )
  })

  test('the request to others that a finding leads to, and no command of this server', async () => {
    const {copied} = await copiesOn('summary, failing', 2)
    expect(copied).toEqual([expect.any(String), expect.any(String)])
    expect(copied).not.toContain(INSTALL)
  })

  test('what is copied next is named, and the frame is otherwise as before', async () => {
    const {shows, output, input} = await copiesOn('summary', 1)
    await shows('the install command. c again copies')
    input.write('f')
    await shows('Row 1 of the report')
    await settled(output)
    expect(output.screen).not.toContain('Copied where')
  })
})

const NETWORK: Finding = {
  check: 'drs-endpoint',
  code: 'tcp.timeout',
  status: 'fail',
  owner: 'network-team',
  target: 'drs.eu-west-1.amazonaws.com',
  summary: 'Nothing answers.',
  nextStep: 'Ask.',
  evidence: {},
  remedies: [],
  durationMs: 1,
}

test('a finding of the network team copies the request to it', async () => {
  const findings = {...HEALTHY, 'drs-endpoint': [NETWORK]}
  const {input, output, shows} = remediate({findings})
  await shows('Findings', 'c copy')
  input.write('c')
  await shows('Copied where your terminal allows it: the request to the network team.')
  expect(copiedIn(output.written)).toEqual(['- allow: TCP 443 from 10.9.0.2 to drs.eu-west-1.amazonaws.com'])
})

test('control characters of a rule are not pasted', async () => {
  const [blocked] = BLOCKED['firewall-443']
  const [remedy] = blocked?.remedies ?? []
  const [step] = remedy?.steps ?? []
  if (blocked === undefined || remedy === undefined || step === undefined) throw new Error('no remedy')
  const hostile: Step = {...step, do: ['echo', 'x\u001B]0;y\u0007\r']}
  const findings = {
    ...BLOCKED,
    'firewall-443': [{...blocked, remedies: [{...remedy, steps: [hostile]}]}],
  }
  const {input, output, shows} = remediate({findings})
  await shows('Findings', 'c copy')
  input.write('c')
  await shows('Copied where')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
  expect(copiedIn(output.written)[0]).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/)
})

test.each(['Region', 'source server', 'targets', 'checks', 'explanation'])(
  'there is nothing to copy on the screen: %s',
  async name => {
    const way = WAYS[name]
    if (way === undefined) throw new Error(`no way leads to ${name}`)
    const {input, output, shows} = run(way.script)
    await goWay(way.way, {input, shows})
    input.write('c')
    await settled(output)
    expect(output.screen).not.toContain('c copy')
    expect(copiedIn(output.written)).toEqual([])
  },
)
