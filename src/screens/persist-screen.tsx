import {Box} from 'ink'
import {QUESTIONS} from '../questions.ts'
import {useKeys} from './keys/use-keys.ts'
import {Choice} from './parts/choice.tsx'
import {Frame, useFrame} from './parts/frame.tsx'
import {type Line, wrapLines} from './parts/lines.ts'
import {shellOf, stepLines} from './parts/remedy-lines.ts'
import {TextWindow} from './parts/text-window.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {useScroll} from './parts/use-scroll.ts'
import {unitSteps} from './route.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

/** The two choices and the blank row over them. */
const ROWS_BELOW = 3

/** Consent to a systemd unit of this tool's own, where nobody else would make the repair last. */
export function PersistScreen() {
  const {state, dispatch, active} = useWizard()
  const layout = useFrame({
    moves: ['choice', 'text-by-pages'],
    why: WHY.persist,
    keys: [
      ['↑↓', 'choose'],
      ['Enter', 'select'],
      ['n', 'no'],
      ['Esc', 'back'],
      ['q', 'leave'],
    ],
  })
  const shell = shellOf(state.session)
  const lines: readonly Line[] = [
    {text: QUESTIONS.persistUnit.asks, tone: 'strong'},
    ...unitSteps(state).flatMap(step => stepLines(step, shell)),
  ]
  const wrapped = wrapLines(lines, layout.columns)
  const rows = layout.rows - ROWS_BELOW
  const offset = useScroll({lines: wrapped.length, rows})
  const decide = (agreed: boolean) => dispatch({type: 'persist', agreed})
  useNavigationKeys()
  useKeys(
    input => {
      if (input.toLowerCase() === 'n') decide(false)
    },
    {isActive: active},
  )
  return (
    <Frame title="Survive a reboot?" layout={layout}>
      <TextWindow lines={wrapped} rows={rows} offset={offset} moreHint="PgDn" />
      <Box height={1} />
      <Choice
        items={[
          {value: 'no', label: 'No, only until the next reboot'},
          {value: 'yes', label: 'Yes, add the unit'},
        ]}
        onSelect={value => decide(value === 'yes')}
      />
    </Frame>
  )
}
