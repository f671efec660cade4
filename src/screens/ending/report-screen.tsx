import {useEffect, useState} from 'react'
import {useWizard} from '../flow/use-wizard.ts'
import {summaryCopies} from '../ui/copyables.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {Line} from '../ui/lines.ts'
import {LongText} from '../ui/long-text.tsx'
import {useSearch} from '../ui/search/use-search.ts'
import {Spinner} from '../ui/spinner.tsx'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'

/** The full report, as it is printed when the wizard ends, to scroll through. */
export function ReportScreen({onClose}: {readonly onClose: () => void}) {
  const {host, state, dispatch} = useWizard()
  const {session, answers} = state
  const search = useSearch()
  const layout = useFrame({
    moves: ['text'],
    search,
    copies: summaryCopies(session, host.summary(session, answers)),
    keys: [
      ['↑↓', 'scroll'],
      ['Esc', 'back to the summary'],
      ['q', 'leave'],
    ],
  })
  const {columns} = layout
  const [report, setReport] = useState<readonly Line[] | null>(null)
  useEffect(() => {
    let left = false
    host.fullReport(session, answers, columns).then(
      text => left || setReport(linesOf(text, columns)),
      (error: unknown) => left || dispatch({type: 'failed', error}),
    )
    return () => {
      left = true
    }
  }, [host, session, answers, columns, dispatch])
  useNavigationKeys({back: onClose, search})
  return (
    <Frame title="Full report" layout={layout}>
      {report === null ? (
        <Spinner label="Writing the report…" />
      ) : (
        <LongText lines={report} room={layout} search={search} />
      )}
    </Frame>
  )
}

/** Printed text as lines. A row that is wider than what it was printed for is a command, or a rule, which is not broken. */
function linesOf(text: string, columns: number): readonly Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map(row => {
      const body = row.trimStart()
      return {text: body, indent: row.length - body.length, ...(row.length > columns && {command: 'posix'})}
    })
}
