import {Box} from 'ink'
import {transferBar} from '../report/transfer-text.ts'
import {useKeys} from './keys/use-keys.ts'
import {checkItems} from './parts/check-groups.ts'
import {checkLines} from './parts/check-lines.ts'
import {CheckList, WIDE} from './parts/check-list.tsx'
import {type CheckRow, checkRows, isSlow, slowText} from './parts/check-rows.ts'
import {DetailView} from './parts/detail-view.tsx'
import {Frame, useFrame} from './parts/frame.tsx'
import type {KeyHint} from './parts/key-help.tsx'
import {BLANK, type Line, wrapLines} from './parts/lines.ts'
import {briefPathLines, pathPictureLines} from './parts/path-picture-lines.ts'
import {Spinner, useSpinner} from './parts/spinner.tsx'
import {TextWindow} from './parts/text-window.tsx'
import {useChosenCheck} from './parts/use-chosen-check.ts'
import {useNavigationKeys} from './parts/use-navigation-keys.ts'
import {previousScreen} from './route.ts'
import {hasUnicode} from './theme.ts'
import {useHeldRun} from './use-held-run.ts'
import {useWizard} from './use-wizard.ts'
import {WHY} from './why.ts'

/** The rows under the list: why a check takes long, or what the chosen one does. */
const ROWS_BELOW = 2

export function ChecksScreen() {
  const {host, state, active} = useWizard()
  const {session} = state
  const {shown, show, hide} = useHeldRun(signal => host.runChecks(state.answers, signal))
  const isActive = shown === null
  const rows = checkRows(session, check => host.checkTitle(check), Date.now())
  const chosen = useChosenCheck(rows, isActive)
  const unfolded = chosen ?? rows.find(({mark}) => mark === 'running') ?? rows.at(-1)
  useNavigationKeys({isActive})
  useKeys(
    (_, key) => {
      if (key.rightArrow && unfolded !== undefined) show(unfolded.id)
    },
    {isActive: active && isActive},
  )
  const spinner = useSpinner(rows.length === 0 || rows.some(({mark}) => mark === 'running'))
  const keys: readonly KeyHint[] = [
    ['↑↓', 'choose'],
    ['→', 'details'],
    ...(previousScreen(state) === null ? [] : [['Esc', 'stop and go back'] as const]),
    ['q', 'leave'],
    ['Ctrl-C', 'stop at once'],
  ]
  const layout = useFrame({moves: ['choice'], why: WHY.checks, keys})
  const detailed = rows.find(({id}) => id === shown)
  if (detailed !== undefined) {
    const check = session.checks.get(detailed.id)
    const found = check?.state === 'finished' ? check.findings : []
    return <DetailView title={detailed.title} lines={checkLines(detailed, found)} onClose={hide} />
  }
  const {columns} = layout
  const height = Math.max(1, layout.rows - ROWS_BELOW)
  const picture = wrapLines(pathPictureLines(session, columns), columns)
  const room = height - checkItems(rows, height).length - 1
  const below = wrapLines(underWay(rows, chosen, columns), columns)
  const isDrawn = picture.length <= room
  // In the last row, so that it does not move when the one above it comes and goes.
  const lines =
    isDrawn || below.length >= ROWS_BELOW ? below : [below[0] ?? BLANK, ...briefPathLines(session, columns)]
  return (
    <Frame title="Checks" layout={layout}>
      {rows.length === 0 ? (
        <Spinner label="Starting…" />
      ) : (
        <CheckList
          rows={rows}
          height={height}
          columns={columns}
          spinner={spinner}
          chosen={chosen?.id ?? null}
        />
      )}
      <Box flexDirection="column" height={Math.min(ROWS_BELOW, layout.rows - 1)} overflow="hidden">
        <TextWindow lines={lines} rows={ROWS_BELOW} />
      </Box>
      {isDrawn && <TextWindow lines={picture} rows={room} />}
    </Frame>
  )
}

/** What takes long, and why; else, where the list has no room for it, what the chosen check does. */
function underWay(rows: readonly CheckRow[], chosen: CheckRow | null, columns: number): readonly Line[] {
  const slow = rows.find(isSlow)
  const loading = rows.find(({transfer}) => transfer !== null)
  const told =
    chosen ?? (slow === undefined ? loading : undefined) ?? rows.find(({mark}) => mark === 'running')
  const detail: readonly Line[] =
    columns >= WIDE || told === undefined || told.detail === '' ? [] : [{text: told.detail}]
  return [...barLines(loading, columns), ...(slow === undefined ? detail : [{text: slowText(slow)}])]
}

/** Room for a percentage behind a bar. */
const PERCENT_WIDTH = 6

const LONGEST_BAR = 40

function barLines(row: CheckRow | undefined, columns: number): readonly Line[] {
  if (row === undefined || row.transfer === null) return []
  const title = columns >= WIDE ? `${row.title}  ` : ''
  const width = Math.min(LONGEST_BAR, columns - title.length - PERCENT_WIDTH)
  const bar = transferBar(row.transfer, width, hasUnicode)
  return bar === null ? [] : [{text: `${title}${bar}`}]
}
