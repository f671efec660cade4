import {Frame, useFrame} from '../parts/frame.tsx'
import {LongText} from '../parts/long-text.tsx'
import {useNavigationKeys} from '../parts/use-navigation-keys.ts'
import {useSearch} from '../parts/use-search.ts'
import {useShell} from '../use-shell.ts'
import {type Explanation, explanationLines} from './explanation.ts'

/** An explanation over the screen that it explains. */
export function ExplanationView({explanation}: {readonly explanation: Explanation}) {
  const {back} = useShell()
  const search = useSearch()
  const layout = useFrame({
    search,
    keys: [
      ['↑↓', 'scroll'],
      ['Esc or ?', 'close'],
      ['q', 'leave'],
    ],
    explained: false,
  })
  useNavigationKeys({back, search})
  return (
    <Frame title={`Help: ${explanation.title}`} layout={layout}>
      <LongText lines={explanationLines(explanation)} room={layout} search={search} />
    </Frame>
  )
}
