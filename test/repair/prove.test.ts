import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CheckId} from '../../src/contract/checks.ts'
import type {Evidence} from '../../src/contract/evidence.ts'
import type {Exchange} from '../../src/platform/network/tcp/exchange.ts'
import {judgeProof, probesOf, proofTargets} from '../../src/repair/prove.ts'
import {remedyOf} from './marks.ts'

const remedy = remedyOf([])
const found = (evidence: Evidence, remedies = [remedy]) =>
  finding('firewall-443', 'firewall.drop', {summary: 'rule 1 drops it', evidence, remedies})

describe('the connections that prove a remedy', () => {
  const addressesOf = (evidence: Evidence, known: readonly string[] = []) =>
    proofTargets(remedy, [found(evidence)], known).map(({address, family, port}) => [address, family, port])

  it('go to the addresses that its findings are about, each once', () => {
    const findings = [
      found({addresses: ['192.0.2.1', '2001:db8::1'], port: 443}),
      found({addresses: ['192.0.2.1'], port: 443}),
      found({addresses: ['192.0.2.9'], port: 443}, [remedyOf([], 'another')]),
    ]
    expect(proofTargets(remedy, findings, [])).toEqual([
      {address: '192.0.2.1', family: 4, port: 443, greeting: 'tls'},
      {address: '2001:db8::1', family: 6, port: 443, greeting: 'tls'},
    ])
  })

  it('go to nobody in a range, but to who is known in it', () => {
    const evidence = {addresses: ['10.20.0.0/16', 'fd00:20::/64'], port: 1500}
    expect(addressesOf(evidence)).toEqual([])
    const known = ['10.20.3.4', '10.21.0.1', 'fd00:20::7', 'fd00:21::7', '::ffff:10.20.3.4']
    expect(addressesOf(evidence, known)).toEqual([
      ['10.20.3.4', 4, 1500],
      ['fd00:20::7', 6, 1500],
    ])
  })

  it('go to no more than 16', () => {
    const addresses = Array.from({length: 40}, (_, index) => `192.0.2.${index}`)
    expect(addressesOf({addresses, port: 443})).toHaveLength(16)
  })

  it.each(['udp', 'tcp'] as const)('ask a name server a question, over %s', protocol => {
    const evidence = {addresses: ['192.0.2.53'], port: 53, protocol}
    expect(proofTargets(remedy, [found(evidence)], [])).toMatchObject([
      {greeting: {query: protocol}, port: 53},
    ])
  })

  it('greet a proxy as one', () => {
    const evidence = {addresses: ['192.0.2.8'], port: 3128, proxy: 'http://proxy.example.com:3128/'}
    expect(proofTargets(remedy, [found(evidence)], [])).toMatchObject([{greeting: 'http', port: 3128}])
  })
})

it('what was tried is told with address and port', () => {
  const target = {port: 443, greeting: 'tls'} as const
  expect(
    probesOf([
      {target: {...target, address: '192.0.2.1', family: 4}, exchange: {kind: 'answered'}},
      {target: {...target, address: '2001:db8::1', family: 6}, exchange: {kind: 'silent', leaves: null}},
    ]),
  ).toEqual([
    {to: '192.0.2.1:443', outcome: 'answered'},
    {to: '[2001:db8::1]:443', outcome: 'silent'},
  ])
})

describe('what they prove', () => {
  const target = {address: '192.0.2.1', family: 4, port: 443, greeting: 'tls'} as const
  const judge = (check: CheckId, ...exchanges: readonly Exchange[]) => {
    const {helped, note = null} = judgeProof(
      {...remedy, check},
      exchanges.map(exchange => ({target, exchange})),
    )
    if (note === null) return [helped, null]
    return [helped, note.startsWith('Verified by rules only: ') ? 'by the rules alone' : 'blocked beyond']
  }
  const OPEN = [true, null]
  const NOT = [false, null]
  const ALONE = [true, 'by the rules alone']
  const BEYOND = [true, 'blocked beyond']
  const answered: Exchange = {kind: 'answered'}
  const dropped: Exchange = {kind: 'silent', leaves: false}
  const silent: Exchange = {kind: 'silent', leaves: true}
  const noWay: Exchange = {kind: 'no-way'}

  it.each<[name: string, exchanges: readonly Exchange[], on443: unknown, on1500: unknown]>([
    ['an answer', [answered], OPEN, OPEN],
    ['a reset', [{kind: 'reset'}], OPEN, OPEN],
    ['a refusal by the far end', [{kind: 'refused', by: 'reset'}], OPEN, OPEN],
    ['a refusal by nobody knows whom', [{kind: 'refused', by: null}], OPEN, OPEN],
    ['a refusal by a firewall', [{kind: 'refused', by: 'icmp'}], BEYOND, ALONE],
    ['a refusal by this host', [{kind: 'refused', by: 'icmp', leaves: false}], NOT, NOT],
    ['an RST of this host', [{kind: 'refused', by: 'reset', leaves: false}], NOT, NOT],
    ['an ICMP error of this host', [{kind: 'unreachable', leaves: false}], NOT, NOT],
    ['a packet that stays here', [dropped], NOT, NOT],
    ['one that stays here, beside an answer', [answered, dropped], NOT, NOT],
    ['silence beyond this host', [silent], BEYOND, ALONE],
    ['silence of nobody knows whom', [{kind: 'silent', leaves: null}], BEYOND, ALONE],
    ['silence beside an answer', [silent, answered], OPEN, OPEN],
    ['data that nobody acknowledges', [{kind: 'stalled'}], BEYOND, ALONE],
    ['an ICMP error', [{kind: 'unreachable'}], BEYOND, ALONE],
    ['a policy of the operating system', [{kind: 'forbidden'}], NOT, NOT],
    ['such a policy for one of two', [{kind: 'forbidden'}, answered], OPEN, OPEN],
    ['no route', [noWay], ALONE, ALONE],
    ['no route for one of two', [noWay, silent], BEYOND, ALONE],
    ['no address', [], ALONE, ALONE],
  ])('%s', (_name, exchanges, on443, on1500) => {
    expect(judge('firewall-443', ...exchanges)).toEqual(on443)
    expect(judge('firewall-1500', ...exchanges)).toEqual(on1500)
  })

  it('gives one sentence each', () => {
    const all: readonly Exchange[] = [dropped, silent, {kind: 'forbidden'}, noWay]
    for (const exchange of all) {
      const {reason, note} = judgeProof(remedy, [{target, exchange}])
      expect(`${reason}${note ?? ''}`).toMatch(/^[A-Z][^\n]+\.$/)
    }
  })
})
