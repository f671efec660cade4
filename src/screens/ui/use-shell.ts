import {createContext, use} from 'react'
import type {KeyHint} from './key-help.tsx'

/** What every screen's parts share, whatever the screen belongs to. */
export type Shell = {
  /** False while another question, or an explanation, has the keyboard. */
  readonly active: boolean
  /** Step n of m; null before the first step, and where there are no steps. */
  readonly step: {readonly step: number; readonly of: number} | null
  /** What is known so far, for the row below the title, in so many columns. */
  readonly knownSoFar: (columns: number) => string
  /** The question whether to leave; null while it is not open. */
  readonly leaveQuestion: string | null
  readonly back: () => void
  readonly askLeave: () => void
  /** Opens the explanation of the present screen; null where there is none to open. */
  readonly explain: (() => void) | null
  /** Takes all keys of the frame that is shown, for its explanation. */
  readonly describeKeys?: (keys: readonly KeyHint[]) => void
}

export const ShellContext = createContext<Shell | null>(null)

/** What this part of a screen is shown in. */
export function useShell(): Shell {
  const shell = use(ShellContext)
  if (shell === null) throw new Error('A part of a screen was drawn outside of its frame.')
  return shell
}
