import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {Step} from '../../../src/contract/remedy.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {insertRule} from '../../../src/firewall/iptables/edit.ts'
import {planRepair} from './planned.ts'
import {save} from './situations.ts'
import {stateOf, TOOLS} from './states.ts'

const matches = fc.constantFrom(
  '',
  ' -p tcp',
  ' -p udp',
  ' -p tcp -m tcp --dport 443',
  ' -p tcp -m tcp --dport 22',
  ' -p tcp -m multiport --dports 80,443',
  ' -p tcp -m tcp --sport 443',
  ' -d 10.0.0.0/8',
  ' -d 52.95.110.0/24',
  ' -s 52.95.110.1/32',
  ' -m conntrack --ctstate NEW',
  ' -m conntrack --ctstate RELATED,ESTABLISHED',
  ' -m owner --uid-owner 0',
)
const targets = fc.constantFrom(
  'ACCEPT',
  'DROP',
  'RETURN',
  'USER',
  'SHARED',
  'REJECT --reject-with icmp-port-unreachable',
)

function rules(chain: string, maxLength: number, among: fc.Arbitrary<string> = targets) {
  return fc.array(
    fc.tuple(matches, among).map(([match, target]) => `-A ${chain}${match} -j ${target}`),
    {maxLength},
  )
}

const verdicts = fc.constantFrom('ACCEPT', 'DROP', 'RETURN')

const dump = fc
  .record({
    output: rules('OUTPUT', 4),
    input: rules('INPUT', 4),
    user: rules('USER', 3, verdicts),
    shared: rules('SHARED', 3, verdicts),
    mangle: rules('POSTROUTING', 2, verdicts),
    raw: rules('PREROUTING', 1, verdicts),
    policies: fc.tuple(fc.constantFrom('ACCEPT', 'DROP'), fc.constantFrom('ACCEPT', 'DROP')),
  })
  .map(({output, input, user, shared, mangle, raw, policies}) =>
    save({
      // Neither knows the owner of a socket: packets that come in have none, and iptables refuses it there.
      raw: raw.filter(isUsableInbound),
      mangle,
      filter: [
        `:INPUT ${policies[0]}`,
        `:OUTPUT ${policies[1]}`,
        ':USER -',
        ':SHARED -',
        ...input.filter(isUsableInbound),
        ...output,
        ...user.filter(isUsableInbound),
        ...shared.filter(isUsableInbound),
      ],
    }),
  )

const isUsableInbound = (rule: string) => !rule.includes('owner')

/** The dump as iptables-save would print it after the step's command. */
function afterStep(text: string, {do: [, ...args]}: Step): string {
  const line = args.join(' ').replace('! --syn', '! --tcp-flags FIN,SYN,RST,ACK SYN')
  const {
    table = 'filter',
    chain,
    number,
    rule,
  } = /^-w 5 (?:-t (?<table>\S+) )?(?:-I (?<chain>\S+) (?<number>\d+)|-A OUTPUT|-A INPUT) (?<rule>.*)$/.exec(
    line,
  )?.groups ?? {}
  const appended = /-A (\S+)/.exec(line)?.[1]
  return insertRule(
    text,
    table,
    chain ?? appended ?? '',
    Number(number ?? 1e6),
    (rule ?? '').replace('-p tcp', '-p tcp -m tcp'),
  )
}

const PROBE = {to: '52.95.110.1', port: 443}
const OTHERS = [22, 80, 444, 1500].flatMap(port => ['52.95.110.1', '10.1.2.3'].map(to => ({to, port})))

describe('planRepair on random rules', () => {
  it('opens what was blocked, and nothing else', () => {
    let planned = 0
    fc.assert(
      fc.property(dump, text => {
        const before = compileFirewall(stateOf({iptablesNftSave: text}))
        fc.pre(before.judge(PROBE).verdict === 'block')
        const {remedies, unfixable} = planRepair(stateOf({iptablesNftSave: text}), TOOLS, {
          check: 'firewall-443',
          port: 443,
          to: [PROBE.to],
          destination: null,
        })
        expect(unfixable).toBeNull()
        const changed = (remedies[0]?.steps ?? []).reduce(afterStep, text)
        const after = compileFirewall(stateOf({iptablesNftSave: changed}))
        expect(after.judge(PROBE).verdict).toBe('allow')
        for (const other of OTHERS)
          expect(after.judge(other).verdict, JSON.stringify(other)).toBe(before.judge(other).verdict)
        planned += 1
      }),
      {numRuns: 400},
    )
    expect(planned).toBe(400)
  })
})
