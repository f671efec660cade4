import {type Action, type Chain, partsOf} from './rules.ts'

/** What rules may do to the packets that go through these chains: the actions of all chains that they lead to. */
export function* reachableActions(chains: readonly Chain[]): Generator<Action> {
  const seen = new Set<Chain>()
  // Without recursion: calls of iptables may be nested more deeply than the stack is.
  const open = [...chains]
  for (let chain = open.pop(); chain; chain = open.pop()) {
    if (seen.has(chain)) continue
    seen.add(chain)
    for (const rule of chain.rules)
      for (const {action} of partsOf(rule)) {
        yield action
        if (action.kind === 'call') open.push(action.chain)
      }
  }
}
