import {Box} from 'ink'
import {OPTIONS} from '../options/options.ts'
import {useKeys} from './keys/use-keys.ts'
import {Choice} from './parts/choice.tsx'
import {Frame, useFrame} from './parts/frame.tsx'
import type {Line} from './parts/lines.ts'
import {LongText} from './parts/long-text.tsx'
import {shellOf, stepLines} from './parts/remedy-lines.ts'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useSearch} from './parts/use-search.ts'
import {unitSteps} from './route.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

/** The two choices and the blank row over them. */
const ROWS_BELOW = 3

/** Consent to a systemd unit of this tool's own, where nobody else would make the repair last. */
export function PersistScreen() {
  const {state, dispatch, active} = useWizard()
  const search = useSearch()
  const searching = search.line !== null
  const layout = useFrame({
    search,
    moves: ['choice', 'text-by-pages'],
    why: WHY.persist,
    keys: [
      ['↑↓', 'choose'],
      ['Enter', 'select'],
      ...(searching ? [] : [['n', 'no'] as const]),
      ['Esc', 'back'],
      ['q', 'leave'],
    ],
  })
  const shell = shellOf(state.session)
  const lines: readonly Line[] = [
    {text: OPTIONS.persistUnit.asks, tone: 'strong'},
    ...unitSteps(state).flatMap(step => stepLines(step, shell)),
  ]
  const room = {columns: layout.columns, rows: layout.rows - ROWS_BELOW}
  const decide = (agreed: boolean) => dispatch({type: 'persist', agreed})
  useNavigationKeys({search})
  useKeys(
    input => {
      if (input.toLowerCase() === 'n') decide(false)
    },
    {isActive: active && !searching},
  )
  return (
    <Frame title="Survive a reboot?" layout={layout}>
      <LongText lines={lines} room={room} search={search} arrows={false} />
      <Box height={1} />
      <Choice
        isActive={!search.typing}
        items={[
          {value: 'no', label: 'No, only until the next reboot'},
          {value: 'yes', label: 'Yes, add the unit'},
        ]}
        onSelect={value => decide(value === 'yes')}
      />
    </Frame>
  )
}
