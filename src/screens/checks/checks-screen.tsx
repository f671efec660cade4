import {Box} from 'ink'
import {useRef, useState} from 'react'
import type {CheckId} from '../../contract/checks.ts'
import type {Finding} from '../../contract/finding.ts'
import type {Event} from '../../engine/events.ts'
import {transferBar} from '../../report/progress.ts'
import {previousScreen} from '../flow/route.ts'
import {useRun} from '../flow/use-run.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {useKeys} from '../terminal/use-keys.ts'
import {DetailView} from '../ui/detail-view.tsx'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {BLANK, type Line, wrapLines} from '../ui/lines.ts'
import {briefPathLines, pathPictureLines} from '../ui/path-picture-lines.ts'
import {Spinner, useSpinner} from '../ui/spinner.tsx'
import {TextWindow} from '../ui/text-window.tsx'
import {hasUnicode} from '../ui/theme.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {useShell} from '../ui/use-shell.ts'
import {WHY} from '../ui/why.ts'
import {CheckList, checkItems, WIDE} from './check-list.tsx'
import {type CheckRow, checkRows, isSlow, slowText} from './check-rows.ts'
import {findingGroups, groupLines} from './finding-groups.ts'

/** The rows under the list: why a check takes long, or what the chosen one does. */
const ROWS_BELOW = 2

export function ChecksScreen() {
  const {host, state, active} = useWizard()
  const {session} = state
  const {shown, show, hide} = useHeldRun(signal => host.runChecks(state.answers, signal))
  const isActive = shown === null
  const rows = checkRows(session, Date.now())
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

/** Which check's details are open; while they are, the run that they belong to does not come to its end. */
type HeldRun = {
  readonly shown: CheckId | null
  readonly show: (check: CheckId) => void
  readonly hide: () => void
}

/** Feeds a run into the wizard; its end, which leads to another screen, waits for who reads details of it. */
function useHeldRun(start: (signal: AbortSignal) => AsyncIterable<Event>): HeldRun {
  const [shown, setShown] = useState<CheckId | null>(null)
  const reading = useRef<PromiseWithResolvers<void> | null>(null)
  useRun(signal => heldBack(start(signal), () => reading.current?.promise, signal))
  return {
    shown,
    show(check) {
      reading.current ??= Promise.withResolvers()
      setShown(check)
    },
    hide() {
      reading.current?.resolve()
      reading.current = null
      setShown(null)
    },
  }
}

async function* heldBack(
  events: AsyncIterable<Event>,
  read: () => Promise<void> | undefined,
  signal: AbortSignal,
): AsyncGenerator<Event, void> {
  yield* events
  const aborted = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => aborted.resolve(), {once: true})
  await Promise.race([read(), aborted.promise])
}

/** The check that ↑ and ↓ have led to; null until one of them is pressed, so that nothing moves on its own. */
function useChosenCheck(rows: readonly CheckRow[], isActive: boolean): CheckRow | null {
  const {active} = useShell()
  const [chosen, setChosen] = useState<CheckId | null>(null)
  useKeys(
    (input, key) => {
      const step = key.upArrow || input === 'k' ? -1 : key.downArrow || input === 'j' ? 1 : 0
      if (step === 0) return
      setChosen(now => {
        const at = rows.findIndex(({id, mark}) => (now === null ? mark === 'running' : id === now))
        const next = now === null ? Math.max(0, at) : at + step
        return rows[Math.max(0, Math.min(rows.length - 1, next))]?.id ?? null
      })
    },
    {isActive: active && isActive},
  )
  return rows.find(({id}) => id === chosen) ?? null
}

/** What is known of a check so far: what it does at this moment, or what it found, worst first. */
export function checkLines(row: CheckRow, findings: readonly Finding[]): readonly Line[] {
  if (row.mark === 'waiting') return [{text: 'It has not begun yet.'}]
  if (row.mark === 'running') {
    return [{text: row.detail === '' ? 'It is running.' : `It is at: ${row.detail}.`}, ...slowLines(row)]
  }
  return findingGroups(findings).flatMap((group, at) => {
    const [first, ...more] = groupLines(group)
    return [...(at === 0 ? [] : [BLANK]), {...(first ?? BLANK), mark: group.status}, ...more]
  })
}

function slowLines(row: CheckRow): readonly Line[] {
  return isSlow(row) ? [{text: slowText(row)}] : []
}
