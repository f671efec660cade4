import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import type {NftDocument} from '../../../src/firewall/nft/document.ts'
import {handleAt, insertNftRule} from '../../../src/firewall/nft/edit.ts'
import {readNftables} from '../../../src/firewall/nft/read.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {stateOf} from '../plan/states.ts'

const RULE = {text: 'tcp dport 443 accept', statements: [{accept: null}]}

function documentOf(state: LinuxFirewallState): NftDocument {
  const document = readNftables(state)
  if (typeof document === 'string') throw new Error(document)
  return document
}

function rulesIn({tables}: NftDocument): number {
  return tables.flatMap(({chains}) => chains.flatMap(({rules}) => rules)).length
}

function recorded(name: string): Pick<LinuxFirewallState, 'nftJson' | 'nftText'> {
  const path = join(import.meta.dirname, '../real/fixtures', `${name}.json`)
  return JSON.parse(readFileSync(path, 'utf8')) as LinuxFirewallState
}

describe.each(['cis-nftables-debian', 'nftables-sets-and-maps', 'firewalld-default'])('%s', name => {
  const {nftJson, nftText} = recorded(name)

  it.each([
    ['JSON', {nftJson}],
    ['text', {nftText}],
    ['both', {nftJson, nftText}],
  ])('takes one rule more at every place, and keeps all others, by its %s', (_form, dumps) => {
    const state = stateOf(dumps)
    const document = documentOf(state)
    for (const {family, name: table, chains} of document.tables) {
      for (const {name: chain, rules} of chains) {
        for (const number of [...rules.map((_, index) => index + 1), 'end' as const]) {
          const edited = documentOf(insertNftRule(state, {family, table, chain, number}, RULE))
          expect(edited.problems).toEqual(document.problems)
          const at = number === 'end' ? rules.length : number - 1
          const mine = edited.tables
            .find(one => one.family === family && one.name === table)
            ?.chains.find(each => each.name === chain)?.rules
          expect(mine?.length).toBe(rules.length + 1)
          expect(JSON.stringify(mine?.toSpliced(at, 1).map(({text}) => text))).toBe(
            JSON.stringify(rules.map(({text}) => text)),
          )
          expect(rulesIn(edited)).toBe(rulesIn(document) + 1)
        }
      }
    }
  })

  it('knows the handle of every rule by its JSON, and of none by its text', () => {
    const entries = (JSON.parse(nftJson ?? '') as {nftables: {rule?: {handle: number}}[]}).nftables
    const handles = entries.flatMap(({rule}) => (rule ? [rule.handle] : []))
    const places = documentOf(stateOf({nftJson})).tables.flatMap(({family, name: table, chains}) =>
      chains.flatMap(({name: chain, rules}) =>
        rules.map((_, index) => ({family, table, chain, number: index + 1})),
      ),
    )
    expect(places.map(place => handleAt(nftJson, place)).toSorted()).toEqual(handles.toSorted())
    expect(places.map(place => handleAt(null, place)).every(handle => handle === null)).toBe(true)
  })
})
