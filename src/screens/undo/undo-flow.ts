import type {UndoChoice} from './undo-choices.ts'

export type UndoState = {
  readonly choices: readonly UndoChoice[]
  /** What would be reverted, once that is agreed to; null while it is being chosen. */
  readonly chosen: UndoChoice | null
  readonly leaving: boolean
  readonly ending:
    | {readonly kind: 'agreed'; readonly ids: readonly string[]}
    | {readonly kind: 'left'}
    | {readonly kind: 'error'; readonly error: Error}
    | null
}

export type UndoAction =
  | {readonly type: 'choose'; readonly choice: UndoChoice}
  | {readonly type: 'confirm'; readonly agreed: boolean}
  | {readonly type: 'back'}
  | {readonly type: 'ask-leave'}
  | {readonly type: 'stay'}
  | {readonly type: 'leave'}
  | {readonly type: 'interrupt'; readonly error: Error}

export function startUndo(choices: readonly UndoChoice[]): UndoState {
  return {choices, chosen: null, leaving: false, ending: null}
}

/** What to revert, and whether to. Pure. Nothing is reverted here: the caller does that, by the ending. */
export function undoFlow(state: UndoState, action: UndoAction): UndoState {
  if (state.ending !== null) return state
  switch (action.type) {
    case 'choose':
      return {...state, chosen: action.choice}
    case 'confirm': {
      if (state.chosen === null) return state
      const ids = state.chosen.changes.map(({id}) => id)
      return action.agreed ? {...state, ending: {kind: 'agreed', ids}} : {...state, chosen: null}
    }
    case 'back':
      return {...state, chosen: null}
    case 'ask-leave':
      return {...state, leaving: true}
    case 'stay':
      return {...state, leaving: false}
    case 'leave':
      return {...state, leaving: false, ending: {kind: 'left'}}
    case 'interrupt':
      return {...state, ending: {kind: 'error', error: action.error}}
  }
}
