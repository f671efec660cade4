import {Box} from 'ink'
import {OPTIONS} from '../../options/options.ts'
import {unitSteps} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Choice} from '../ui/choice.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {Line} from '../ui/lines.ts'
import {LongText} from '../ui/long-text.tsx'
import {useSearch} from '../ui/search/use-search.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'
import {shellOf, stepLines} from './remedy-lines.ts'

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
