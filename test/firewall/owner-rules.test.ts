import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../src/firewall/compile.ts'
import {dump, HOST} from './host.ts'

const native = (rule: string) => `table inet mine {
\tchain out {
\t\ttype filter hook output priority filter; policy accept;
\t\t${rule}
\t}
}
`

describe('what the rules make of owners', () => {
  test.each<readonly [string, boolean, readonly number[]]>([
    ['-A OUTPUT -p tcp -j DROP', false, []],
    ['-A OUTPUT -m owner --uid-owner 33 -j DROP', true, [33]],
    ['-A OUTPUT -j MINE\n-A MINE -m owner ! --uid-owner 33 -j DROP', true, [33]],
    ['-A OUTPUT -m owner --uid-owner 1000-1999 -j DROP', true, []],
    ['-A OUTPUT -m owner --gid-owner 33 -j DROP', true, []],
    ['*mangle\n-A OUTPUT -m owner --socket-exists -j ACCEPT', true, []],
  ])('%s', (rules, tellApart, named) => {
    expect(compileFirewall({...HOST, ip6tablesNftSave: dump(rules)}).ownerRules()).toEqual({
      tellApart,
      named: new Set(named),
    })
  })

  test.each<readonly [string, boolean, readonly number[]]>([
    ['tcp dport 443 drop', false, []],
    ['meta skuid 33 drop', true, [33]],
    ['meta skuid { 33, 1000-1999 } drop', true, [33]],
    ['meta skgid 33 drop', true, []],
    ['meta skuid vmap { 33 : drop, 34 : accept }', true, [33, 34]],
  ])('nftables: %s', (rule, tellApart, named) => {
    expect(compileFirewall({...HOST, nftText: native(rule)}).ownerRules()).toEqual({
      tellApart,
      named: new Set(named),
    })
  })
})
