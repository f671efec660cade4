import {useKeys} from '../terminal/use-keys.ts'
import type {Search} from './search/use-search.ts'
import {useShell} from './use-shell.ts'

type Options = {
  /** Whether letters are typed into a field here: `q`, `?` and ← then belong to the field. */
  readonly typing?: boolean
  /** What Esc and ← do first, before they go back to another screen. */
  readonly back?: () => void
  /** While it is typed, its keys are letters; then Esc and ← clear it before they lead back. */
  readonly search?: Search
  /** Something is under way that is not to be left: of these keys, only the explanation is there. */
  readonly busy?: boolean
  readonly isActive?: boolean
}

/** The keys that every screen has: back, leave, and explain. F1 comes as Hyper; see split-keys.ts. */
export function useNavigationKeys({
  typing = false,
  back,
  search,
  busy = false,
  isActive = true,
}: Options = {}): void {
  const shell = useShell()
  const goBack = search !== undefined && search.line !== null ? search.clear : (back ?? shell.back)
  useKeys(
    (input, key) => {
      if (key.hyper || (!typing && input === '?')) shell.explain?.()
      else if (busy) return
      else if (key.escape || (key.leftArrow && !typing)) goBack()
      else if (!typing && input.toLowerCase() === 'q') shell.askLeave()
    },
    {isActive: shell.active && isActive && !search?.typing},
  )
}
