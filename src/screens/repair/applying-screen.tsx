import {commandLine} from '../../contract/command-line.ts'
import {findingsOf} from '../../engine/session.ts'
import {CheckList} from '../checks/check-list.tsx'
import {checkRows} from '../checks/check-rows.ts'
import {useRun} from '../flow/use-run.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {BLANK, wrapLines} from '../ui/lines.ts'
import {useSpinner} from '../ui/spinner.tsx'
import {TextLine} from '../ui/text-line.tsx'
import {TextWindow} from '../ui/text-window.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {useScroll} from '../ui/use-scroll.ts'
import {verdictLine} from '../ui/verdict.ts'
import {WHY} from '../ui/why.ts'
import {applyingLines} from './applying-lines.ts'
import {shellOf} from './remedy-lines.ts'

export function ApplyingScreen() {
  const {host, state, dispatch, active} = useWizard()
  const {repairEnded, stopping, session} = state
  useRun(signal => host.applyPlan(state.confirmed, signal, state.persistUnit), stopping)
  const keys: readonly KeyHint[] = repairEnded
    ? [
        ['Enter', 'continue'],
        ['f', 'see the findings'],
        ['q', 'leave'],
      ]
    : [['Ctrl-C', stopping === null ? 'stop, and revert this change' : 'leave at once']]
  const undo = repairEnded ? host.summary(session, state.answers).undoCommand : null
  const copies = undo === null ? [] : [{what: 'the undo command', text: commandLine(undo, shellOf(session))}]
  const layout = useFrame({...(repairEnded && {moves: ['text'] as const}), why: WHY.applying, keys, copies})
  const spinner = useSpinner(!repairEnded)
  const rechecks = checkRows(session, Date.now()).filter(({mark}) => mark === 'running' || mark === 'waiting')
  const room = layout.rows - 1
  const listRows = Math.min(rechecks.length, Math.floor(room / 2))
  const verdict = repairEnded ? [verdictLine(findingsOf(session)), BLANK] : []
  const lines = wrapLines([...verdict, ...applyingLines(session, state.confirmed)], layout.columns)
  const rows = room - listRows
  const scrolled = useScroll({lines: lines.length, rows, arrows: true, isActive: repairEnded})
  // While it runs, the newest lines are what matters.
  const offset = repairEnded ? scrolled : Math.max(0, lines.length - rows)
  useNavigationKeys({busy: !repairEnded})
  useKeys(
    (input, key) => {
      if (key.return) dispatch({type: 'continue'})
      else if (input.toLowerCase() === 'f') dispatch({type: 'see-findings'})
    },
    {isActive: active && repairEnded},
  )
  return (
    <Frame title={repairEnded ? 'Repair finished' : 'Repairing'} layout={layout}>
      <TextWindow lines={lines} rows={rows} offset={offset} moreHint="↓" />
      {listRows > 0 && !repairEnded && (
        <CheckList rows={rechecks} height={listRows} columns={layout.columns} spinner={spinner} />
      )}
      {!repairEnded && (
        <TextLine
          line={{
            text: `${spinner === null ? '' : `${spinner} `}${stopping === null ? 'Working…' : 'Stopping: reverting the current change…'}`,
            tone: stopping === null ? 'plain' : 'caution',
          }}
        />
      )}
    </Frame>
  )
}
