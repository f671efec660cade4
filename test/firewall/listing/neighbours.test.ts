import {describe, expect, it} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {surroundingRules} from '../../../src/firewall/listing/chains.ts'
import type {FirewallState} from '../../../src/firewall/state/state.ts'
import {save} from '../plan/situations.ts'
import {stateOf} from '../plan/states.ts'
import {BLOCKING, windowsState} from '../windows/host.ts'

const OUTPUT = [
  '-A OUTPUT -o lo -j ACCEPT',
  '-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
  '-A OUTPUT -p tcp -m tcp --dport 22 -j ACCEPT',
  '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
  '-A OUTPUT -p tcp -m tcp --dport 25 -j DROP',
]

const NFT = `table inet filter {
	chain output {
		type filter hook output priority filter; policy drop;
		oifname "lo" accept
		udp dport 53 accept
		tcp dport 22 accept
	}
}
`

/** Around what blocks TCP 443, as `number text`, with `>` before what decides. */
function around(state: FirewallState): readonly string[] {
  const {blocker} = compileFirewall(state).judge({to: '52.95.110.1', port: 443})
  if (blocker === null) throw new Error('nothing blocks')
  return surroundingRules(state, blocker).map(
    ({number, text, decides}) => `${decides ? '>' : ' '} ${number} ${text}`,
  )
}

describe('the rule that blocks in its chain', () => {
  it.each<[string, FirewallState, readonly string[]]>([
    [
      'in the middle',
      stateOf({iptablesLegacySave: save({filter: OUTPUT})}),
      [
        '  2 -A OUTPUT -p udp -m udp --dport 53 -j ACCEPT',
        '  3 -A OUTPUT -p tcp -m tcp --dport 22 -j ACCEPT',
        '> 4 -A OUTPUT -p tcp -m tcp --dport 443 -j DROP',
        '  5 -A OUTPUT -p tcp -m tcp --dport 25 -j DROP',
        '  policy -P OUTPUT ACCEPT',
      ],
    ],
    [
      'first of a chain without a policy',
      stateOf({
        iptablesNftSave: save({
          filter: [':strict -', '-A OUTPUT -j strict', '-A strict -j DROP', '-A strict -p udp -j ACCEPT'],
        }),
      }),
      ['> 1 -A strict -j DROP', '  2 -A strict -p udp -j ACCEPT'],
    ],
    [
      'a policy of nf_tables',
      stateOf({nftText: NFT}),
      [
        '  2 udp dport 53 accept',
        '  3 tcp dport 22 accept',
        '> policy type filter hook output priority filter; policy drop;',
      ],
    ],
    [
      'a rule that iptables-nft-save cannot print',
      stateOf({
        iptablesNftSave: "# Table `filter' is incompatible, use 'nft' tool.\n",
        nftText: NFT.replace('inet', 'ip')
          .replace('chain output', 'chain OUTPUT')
          .replace('tcp dport 22 accept', 'tcp dport 443 drop'),
      }),
      [
        '  1 oifname "lo" accept',
        '  2 udp dport 53 accept',
        '> 3 tcp dport 443 drop',
        '  policy type filter hook output priority filter; policy drop;',
      ],
    ],
    ['on Windows, where rules have no order', windowsState({settings: BLOCKING}), []],
  ])('%s', (_, state, expected) => {
    expect(around(state)).toEqual(expected)
  })

  it('is not guessed where the chain is not listed', () => {
    const state = stateOf({iptablesNftSave: save({filter: OUTPUT})})
    const blocker = {engine: 'iptables-nft', family: 'ip', table: 'filter', text: ''} as const
    expect(surroundingRules(state, {...blocker, chain: 'gone', rule: 1})).toEqual([])
    expect(surroundingRules(state, {...blocker, chain: 'OUTPUT', rule: 9})).toEqual([])
    expect(surroundingRules(stateOf({}), {...blocker, chain: 'OUTPUT', rule: 1})).toEqual([])
  })
})
