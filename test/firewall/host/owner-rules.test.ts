import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {dump, HOST} from '../host.ts'

const native = (rule: string) => `table inet mine {
\tchain out {
\t\ttype filter hook output priority filter; policy accept;
\t\t${rule}
\t}
}
`

describe('what the rules make of owners', () => {
  test.each<readonly [string, boolean, readonly number[], readonly number[] | null]>([
    ['-A OUTPUT -p tcp -j DROP', false, [], null],
    ['-A OUTPUT -m owner --uid-owner 33 -j DROP', true, [33], null],
    ['-A OUTPUT -j MINE\n-A MINE -m owner ! --uid-owner 33 -j DROP', true, [33], null],
    ['-A OUTPUT -m owner --uid-owner 1000-1999 -j DROP', true, [], null],
    ['-A OUTPUT -m owner --gid-owner 33 -j DROP', true, [], [33]],
    ['-A OUTPUT -m owner --uid-owner 5 --gid-owner 33-40 --suppl-groups -j DROP', true, [5], []],
    ['*mangle\n-A OUTPUT -m owner --socket-exists -j ACCEPT', true, [], null],
  ])('%s', (rules, tellApart, named, groups) => {
    expect(compileFirewall({...HOST, ip6tablesNftSave: dump(rules)}).ownerRules()).toEqual({
      tellApart,
      toldByGroup: groups !== null,
      named: new Set(named),
      namedGroups: new Set(groups ?? []),
    })
  })

  test.each<readonly [string, boolean, readonly number[], readonly number[] | null]>([
    ['tcp dport 443 drop', false, [], null],
    ['meta skuid 33 drop', true, [33], null],
    ['meta skuid { 33, 1000-1999 } drop', true, [33], null],
    ['meta skgid 33 drop', true, [], [33]],
    ['meta skgid { 33, 100-200 } drop', true, [], [33]],
    ['meta skuid vmap { 33 : drop, 34 : accept }', true, [33, 34], null],
  ])('nftables: %s', (rule, tellApart, named, groups) => {
    expect(compileFirewall({...HOST, nftText: native(rule)}).ownerRules()).toEqual({
      tellApart,
      toldByGroup: groups !== null,
      named: new Set(named),
      namedGroups: new Set(groups ?? []),
    })
  })
})
