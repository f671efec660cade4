import {useState} from 'react'
import type {CheckId} from '../../contract/checks.ts'
import {useKeys} from '../keys/use-keys.ts'
import {useShell} from '../use-shell.ts'
import type {CheckRow} from './check-rows.ts'

/** The check that ↑ and ↓ have led to; null until one of them is pressed, so that nothing moves on its own. */
export function useChosenCheck(rows: readonly CheckRow[], isActive: boolean): CheckRow | null {
  const {active} = useShell()
  const [chosen, setChosen] = useState<CheckId | null>(null)
  useKeys(
    (input, key) => {
      const step = key.upArrow || input === 'k' ? -1 : key.downArrow || input === 'j' ? 1 : 0
      if (step === 0) return
      setChosen(now => {
        const at = rows.findIndex(({id, mark}) => (now === null ? mark === 'running' : id === now))
        const next = now === null ? Math.max(0, at) : at + step
        return rows[Math.max(0, Math.min(rows.length - 1, next))]?.id ?? null
      })
    },
    {isActive: active && isActive},
  )
  return rows.find(({id}) => id === chosen) ?? null
}
