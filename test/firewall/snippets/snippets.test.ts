import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {linuxFirewallState} from '../../../src/firewall/state/state.ts'
import {judgedBy} from './judged-by.ts'
import {SNIPPETS} from './snippets.ts'

const {shared, states} = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/states.json'), 'utf8'))

function stateOf(name: string) {
  const {missing = [], ...own} = states[name]
  const state = {...shared, ...own}
  for (const member of missing) delete state[member]
  return linuxFirewallState.parse(state)
}

/** Captured with `capture-snippets.ts`; the lab's tests compare the same rules with the kernel. */
describe('rules around a single feature', () => {
  test.each(SNIPPETS)('$name: $kernel', snippet => {
    const state = stateOf(snippet.name)
    const forms =
      snippet.files.has('rules.nft') && state.nftText !== null
        ? [state, {...state, nftJson: null}, {...state, nftText: null}]
        : [state]
    const [letters, why] = snippet.judged ?? [snippet.kernel, 'decided']
    for (const form of forms) expect(judgedBy(compileFirewall(form), snippet)).toBe(letters)
    expect(why).toMatch(/\w/)
  })
})
