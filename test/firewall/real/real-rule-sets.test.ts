import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import type {Answer, Judgement} from '../../../src/contract/judgement.ts'
import {type CompiledFirewall, compileFirewall} from '../../../src/firewall/compile.ts'
import {firewallState} from '../../../src/firewall/state/state.ts'

/** By destination and port, and ` as UID` where users are treated differently; the parts of a range that is split. */
type Expected = Readonly<Record<string, string | Readonly<Record<string, string>>>>

const names = readdirSync(join(import.meta.dirname, 'fixtures')).map(file => file.replace(/\.json$/, ''))

const read = (folder: 'fixtures' | 'expected', name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, folder, `${name}.json`), 'utf8'))

/** Who blocks, where and how; where it ends up when this host keeps the connection for itself. */
function inFull({verdict, stage, blocker, how, redirectedTo}: Answer): string {
  if (redirectedTo) return `${verdict} at ${redirectedTo}`
  if (!blocker) return verdict
  const {engine, family, table, chain, rule} = blocker
  return `${how ?? 'block'} ${stage}: ${engine} ${family} ${table} ${chain} ${rule}`
}

const summary = (judgement: Judgement) =>
  judgement.parts.length === 0
    ? inFull(judgement)
    : Object.fromEntries(judgement.parts.map(({to, ...answer}) => [to, inFull(answer)]))

function ask(firewall: CompiledFirewall, question: string) {
  const [, to = '', port, uid] = /^(\S+) (\d+)(?: as (\d+))?$/.exec(question) ?? []
  return summary(firewall.judge({to, port: Number(port), uid: Number(uid ?? 0)}))
}

describe.each(names)('%s', name => {
  const firewall = compileFirewall(firewallState.parse(read('fixtures', name)))
  const expected = read('expected', name) as Expected

  test.each(Object.keys(expected))('%s', question => {
    expect(ask(firewall, question)).toEqual(expected[question])
  })

  test('any other user as root, unless told otherwise', () => {
    const shared = Object.keys(expected).filter(
      question => !question.includes(' as ') && expected[`${question} as 1000`] === undefined,
    )
    expect(shared.length).toBeGreaterThan(2)
    expect(shared.map(question => ask(firewall, `${question} as 1000`))).toEqual(
      shared.map(question => expected[question]),
    )
  })
})

test('nothing is expected of a rule set that is not here', () => {
  expect(readdirSync(join(import.meta.dirname, 'expected')).sort()).toEqual(
    names.map(name => `${name}.json`).sort(),
  )
})
