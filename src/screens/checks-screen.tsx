import {CheckList} from './parts/check-list.tsx'
import {type CheckRow, checkRows, SLOW_AFTER_MS} from './parts/check-rows.ts'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {Spinner, useSpinner} from './parts/spinner.tsx'
import {TextLine} from './parts/text-line.tsx'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {previousScreen} from './route.ts'
import {useRun} from './use-run.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

/** The row under the list: what is under way, or why it takes long. */
const ROWS_BELOW = 1

export function ChecksScreen() {
  const {host, state} = useWizard()
  useRun(signal => host.runChecks(state.answers, signal))
  useNavigationKeys()
  const spinner = useSpinner(true)
  const keys: readonly KeyHint[] = [
    ...(previousScreen(state) === null ? [] : [['Esc', 'stop and go back'] as const]),
    ['q', 'leave'],
    ['Ctrl-C', 'stop at once'],
  ]
  const layout = useFrame({why: WHY.checks, keys})
  const rows = checkRows(state.session, check => host.checkTitle(check), Date.now())
  return (
    <Frame title="Checks" layout={layout}>
      {rows.length === 0 ? (
        <Spinner label="Starting…" />
      ) : (
        <CheckList rows={rows} height={layout.rows - ROWS_BELOW} columns={layout.columns} spinner={spinner} />
      )}
      <TextLine line={{text: underWay(rows), tone: 'muted'}} />
    </Frame>
  )
}

function underWay(rows: readonly CheckRow[]): string {
  const slow = rows.find(({mark, elapsedMs}) => mark === 'running' && (elapsedMs ?? 0) >= SLOW_AFTER_MS)
  if (slow === undefined) return ''
  const at = slow.detail === '' ? slow.title : `${slow.title}: ${slow.detail}`
  return `Slow: ${at}. A silent firewall looks like this; it gives up by itself.`
}
