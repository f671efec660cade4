import {useKeys} from '../keys/use-keys.ts'
import {useShell} from '../use-shell.ts'
import {Frame, useFrame} from './frame.tsx'
import {type Line, wrapLines} from './lines.ts'
import {TextWindow} from './text-window.tsx'
import type {Copyable} from './use-copy.ts'
import {useNavigationKeys} from './use-navigation-keys.ts'
import {useScroll} from './use-scroll.ts'

type Props = {
  readonly title: string
  readonly lines: readonly Line[]
  readonly copies?: readonly Copyable[]
  readonly onClose: () => void
}

/** Everything about one thing on a screen of its own, to scroll through. */
export function DetailView({title, lines, copies = [], onClose}: Props) {
  const {active} = useShell()
  const layout = useFrame({
    copies,
    keys: [
      ['↑↓', 'scroll'],
      ['Esc', 'back to the list'],
      ['q', 'leave'],
    ],
  })
  const wrapped = wrapLines(lines, layout.columns)
  const offset = useScroll({lines: wrapped.length, rows: layout.rows, arrows: true})
  useNavigationKeys({back: onClose})
  useKeys(
    (_, key) => {
      if (key.return) onClose()
    },
    {isActive: active},
  )
  return (
    <Frame title={title} layout={layout}>
      <TextWindow lines={wrapped} rows={layout.rows} offset={offset} moreHint="↓" />
    </Frame>
  )
}
