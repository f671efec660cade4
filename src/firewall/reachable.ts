import {type Action, type Chain, partsOf, type RuleSet} from './model.ts'

/** What rules may do to the packets that are judged: the actions of all chains that a base chain leads to. */
export function* reachableActions({bases}: RuleSet): Generator<Action> {
  const seen = new Set<Chain>()
  const open = bases.map(({chain}) => chain)
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
