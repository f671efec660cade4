import {Box} from 'ink'
import {type ReactNode, useRef, useState} from 'react'
import type {Explanation} from './explanation.ts'
import {ExplanationView} from './explanation-view.tsx'
import type {KeyHint} from './key-help.tsx'
import {type Shell, ShellContext} from './use-shell.ts'

export type Explaining = {
  /** The explanation that is open. It stays, even where the screen under it goes on to the next. */
  readonly open: Explanation | null
  /** The keys of the screen that it explains. */
  readonly keys: readonly KeyHint[]
  readonly describeKeys: (keys: readonly KeyHint[]) => void
  readonly explain: () => void
  readonly close: () => void
}

/** Whether the present screen is being explained. */
export function useExplaining(present: Explanation): Explaining {
  const [open, setOpen] = useState<Explanation | null>(null)
  const [keys, setKeys] = useState<readonly KeyHint[]>([])
  const latest = useRef<readonly KeyHint[]>([])
  return {
    open,
    keys,
    describeKeys(described) {
      latest.current = described
    },
    explain() {
      setKeys(latest.current)
      setOpen(present)
    },
    close: () => setOpen(null),
  }
}

type Props = {
  readonly shell: Omit<Shell, 'explain'>
  readonly explaining: Explaining
  readonly children: ReactNode
}

/**
 * A screen, and the explanation that may be open over it. The screen stays mounted meanwhile: what was typed into it is
 * kept, and what it runs goes on.
 */
export function Stage({shell, explaining: {open, keys, describeKeys, explain, close}, children}: Props) {
  return (
    <>
      <Box flexDirection="column" display={open === null ? 'flex' : 'none'}>
        <ShellContext value={{...shell, explain, describeKeys}}>{children}</ShellContext>
      </Box>
      {open !== null && (
        <ShellContext value={{...shell, active: shell.leaveQuestion === null, back: close, explain: close}}>
          <ExplanationView explanation={open} keys={keys} />
        </ShellContext>
      )}
    </>
  )
}
