import {EXPLANATIONS} from '../flow/explanations.ts'
import {previousScreen} from '../flow/route.ts'
import type {Action, FlowState} from '../flow/state.ts'
import type {WizardHost} from '../flow/wizard-host.ts'
import {explanationLines} from '../ui/explanation.ts'
import {leaveQuestion} from '../ui/frame-words.ts'
import type {Conversation} from './conversation.ts'
import type {Said} from './text.ts'

/** The wizard as a linear screen sees it. */
export type LinearView = {
  readonly host: WizardHost
  readonly talk: Conversation
  state(): FlowState
  dispatch(action: Action): void
}

/** Asks what a screen asks, until the wizard has left the screen. */
export type LinearScreen = (view: LinearView) => Promise<void>

/** What an answer led to: `done`, or a sentence that says why it will not do or what it showed. */
export type Answered = 'done' | readonly Said[]

/**
 * Asks until an answer is accepted. `b`, `q` and `?` mean the same on every screen: one back, leave, and explain. A
 * line with nothing on it takes the default.
 */
export async function askOn(
  view: LinearView,
  prompt: string,
  accept: (text: string) => Answered | Promise<Answered>,
): Promise<void> {
  for (;;) {
    const text = await view.talk.ask(prompt)
    const word = text.toLowerCase()
    if (word === 'q' || word === 'quit') {
      if (await leaves(view)) return
    } else if (word === 'b' || word === 'back') {
      if (goesBack(view)) return
      view.talk.say('There is no previous step.')
    } else if (word === '?' || word === 'help') {
      view.talk.say(...explanationLines(EXPLANATIONS[view.state().screen]))
    } else {
      const answered = await accept(text)
      if (answered === 'done') return
      view.talk.say(...answered)
    }
  }
}

/** A question that is answered by the number of a choice, or by its first letter; the first is the default. */
export async function choose<Value extends string>(
  view: LinearView,
  items: readonly {readonly value: Value; readonly label: string; readonly key?: string}[],
): Promise<Value | null> {
  let chosen: Value | null = null
  view.talk.say(...items.map(({label}, at) => `${at + 1}. ${label}${at === 0 ? ' (default)' : ''}`))
  await askOn(view, `A number from 1 to ${items.length}, ${alwaysKeys(view)} [1]:`, text => {
    const found =
      text === ''
        ? items[0]
        : items.find(({key}, at) => text === String(at + 1) || text.toLowerCase() === key)
    if (found === undefined) return [`Answer with a number from 1 to ${items.length}.`]
    chosen = found.value
    return 'done'
  })
  return chosen
}

/** The answers that every question takes, for the end of a prompt. */
export function alwaysKeys({state}: LinearView): string {
  return previousScreen(state()) === null ? '? for help, q to leave' : '? for help, b to go back, q to leave'
}

async function leaves({talk, state, dispatch}: LinearView): Promise<boolean> {
  const answer = await talk.ask(`${leaveQuestion(state())} Answer y to leave [n]:`)
  if (!/^y(es)?$/i.test(answer)) return false
  dispatch({type: 'leave'})
  return true
}

function goesBack({state, dispatch}: LinearView): boolean {
  const before = state()
  dispatch({type: 'back'})
  return state() !== before
}
