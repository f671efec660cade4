import {useKeys} from '../terminal/use-keys.ts'
import {Frame, useFrame} from './frame.tsx'
import type {Line} from './lines.ts'
import {LongText} from './long-text.tsx'
import {useSearch} from './search/use-search.ts'
import type {Copyable} from './use-copy.ts'
import {useNavigationKeys} from './use-navigation-keys.ts'
import {useShell} from './use-shell.ts'

type Props = {
  readonly title: string
  readonly lines: readonly Line[]
  readonly copies?: readonly Copyable[]
  readonly onClose: () => void
}

/** Everything about one thing on a screen of its own, to scroll through. */
export function DetailView({title, lines, copies = [], onClose}: Props) {
  const {active} = useShell()
  const search = useSearch()
  const layout = useFrame({
    moves: ['text'],
    copies,
    search,
    keys: [
      ['↑↓', 'scroll'],
      ['Esc', 'back to the list'],
      ['q', 'leave'],
    ],
  })
  useNavigationKeys({back: onClose, search})
  useKeys(
    (_, key) => {
      if (key.return) onClose()
    },
    {isActive: active && !search.typing},
  )
  return (
    <Frame title={title} layout={layout}>
      <LongText lines={lines} room={layout} search={search} />
    </Frame>
  )
}
