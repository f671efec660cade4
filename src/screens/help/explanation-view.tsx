import {Frame, useFrame} from '../parts/frame.tsx'
import {wrapLines} from '../parts/lines.ts'
import {TextWindow} from '../parts/text-window.tsx'
import {useNavigationKeys} from '../parts/use-navigation-keys.ts'
import {useScroll} from '../parts/use-scroll.ts'
import {useShell} from '../use-shell.ts'
import {type Explanation, explanationLines} from './explanation.ts'

/** An explanation over the screen that it explains. */
export function ExplanationView({explanation}: {readonly explanation: Explanation}) {
  const {back} = useShell()
  const layout = useFrame({
    keys: [
      ['↑↓', 'scroll'],
      ['Esc or ?', 'close'],
      ['q', 'leave'],
    ],
    explained: false,
  })
  const lines = wrapLines(explanationLines(explanation), layout.columns)
  const offset = useScroll({lines: lines.length, rows: layout.rows, arrows: true})
  useNavigationKeys({back})
  return (
    <Frame title={`Help: ${explanation.title}`} layout={layout}>
      <TextWindow lines={lines} rows={layout.rows} offset={offset} moreHint="↓" />
    </Frame>
  )
}
