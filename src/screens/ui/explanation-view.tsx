import {type Explanation, explanationLines} from './explanation.ts'
import {Frame, useFrame} from './frame.tsx'
import type {KeyHint} from './key-help.tsx'
import {BLANK, fact, type Line} from './lines.ts'
import {LongText} from './long-text.tsx'
import {useSearch} from './search/use-search.ts'
import {useNavigationKeys} from './use-navigation-keys.ts'
import {useShell} from './use-shell.ts'

type Props = {
  readonly explanation: Explanation
  /** The keys of the screen under it. */
  readonly keys: readonly KeyHint[]
}

/** An explanation over the screen that it explains. */
export function ExplanationView({explanation, keys}: Props) {
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
      <LongText lines={[...explanationLines(explanation), ...keyLines(keys)]} room={layout} search={search} />
    </Frame>
  )
}

function keyLines(keys: readonly KeyHint[]): readonly Line[] {
  if (keys.length === 0) return []
  return [
    BLANK,
    {text: 'Keys on this screen:', tone: 'strong'},
    ...keys.map(([key, does]) => ({...fact(key, does), indent: 2})),
  ]
}
