import {Box} from 'ink'
import {confirmGroups} from '../flow/route.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Choice} from '../ui/choice.tsx'
import {remedyCopies} from '../ui/copyables.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import {BLANK, type Line} from '../ui/lines.ts'
import {LongText} from '../ui/long-text.tsx'
import {useSearch} from '../ui/search/use-search.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {whyConfirm} from '../ui/why.ts'
import {previewLines, remedyStepLines, shellOf} from './remedy-lines.ts'

/** The two choices and the blank row over them. */
const ROWS_BELOW = 3

/** The last word before a change: what would be run, and No as the default. */
export function ConfirmScreen() {
  const {state} = useWizard()
  // Each group is a question of its own, so its highlight and scrolling begin again.
  return <ConfirmGroup key={state.confirming} />
}

function ConfirmGroup() {
  const {state, dispatch, active} = useWizard()
  const group = confirmGroups(state)[state.confirming] ?? []
  const disruptive = group.some(({risk}) => risk === 'disruptive')
  const shell = shellOf(state.session)
  const search = useSearch()
  const searching = search.line !== null
  const letters = disruptive ? (['n', 'no'] as const) : (['y / n', 'yes / no'] as const)
  const layout = useFrame({
    search,
    moves: ['choice', 'text-by-pages'],
    why: whyConfirm(disruptive),
    copies: remedyCopies(group, shell),
    keys: [
      ['↑↓', 'choose'],
      ['Enter', 'select'],
      // n goes to the next place then, and y is no answer to a question that is out of sight.
      ...(searching ? [] : [letters]),
      ['Esc', 'back'],
      ['q', 'leave'],
    ],
  })
  const lines = group.flatMap((remedy, at): Line[] => [
    ...(at === 0 ? [] : [BLANK]),
    {text: remedy.title, tone: disruptive ? 'caution' : 'strong'},
    ...previewLines(remedy),
    ...remedyStepLines(remedy, shell),
  ])
  const room = {columns: layout.columns, rows: layout.rows - ROWS_BELOW}
  const decide = (agreed: boolean) => dispatch({type: 'confirm', agreed})
  useNavigationKeys({search})
  useKeys(
    input => {
      // A key that is held down must not agree to what comes after the first question.
      if (input.toLowerCase() === 'y' && !disruptive) decide(true)
      else if (input.toLowerCase() === 'n') decide(false)
    },
    {isActive: active && !searching},
  )
  const no = state.confirming === 0 ? 'No, change nothing' : 'No, leave this one out'
  return (
    <Frame
      title={disruptive ? 'Override a rule that looks intentional?' : 'Apply these changes?'}
      layout={layout}
    >
      <LongText lines={lines} room={room} search={search} arrows={false} />
      <Box height={1} />
      <Choice
        isActive={!search.typing}
        items={[
          {value: 'no', label: no},
          {value: 'yes', label: disruptive ? 'Yes, apply this one' : yesText(group.length)},
        ]}
        onSelect={value => decide(value === 'yes')}
      />
    </Frame>
  )
}

function yesText(changes: number): string {
  return changes === 1 ? 'Yes, apply the change' : `Yes, apply the ${changes} changes`
}
