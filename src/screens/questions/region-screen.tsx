import {Box, Text, useInput, usePaste} from 'ink'
import {useEffect, useEffectEvent, useState} from 'react'
import type {Region} from '../../aws/regions.ts'
import {useWizard} from '../flow/use-wizard.ts'
import {edit, lineOf} from '../terminal/line-editor.ts'
import {Frame, useFrame} from '../ui/frame.tsx'
import type {KeyHint} from '../ui/key-help.tsx'
import {wrapLines} from '../ui/lines.ts'
import {Row} from '../ui/row.tsx'
import {TextLine} from '../ui/text-line.tsx'
import {TextWindow} from '../ui/text-window.tsx'
import {theme} from '../ui/theme.ts'
import {useList, windowStart} from '../ui/use-list.ts'
import {useNavigationKeys} from '../ui/use-navigation-keys.ts'
import {WHY} from '../ui/why.ts'
import {filterRegions, latencyColumn, latencyNote, regionNote} from './region-words.ts'

/** Rows around the list: the filter above, the place below. The note below that may take two in a narrow window. */
const ROWS_AROUND = 2

/** From here on there is room for `opt-in` in a column of its own, and for a note in one row. */
const WIDE = 70

const CODE_WIDTH = 16

export function RegionScreen() {
  const {host, state, dispatch, active} = useWizard()
  const [filter, setFilter] = useState('')
  const keys: readonly KeyHint[] = [
    ['type', 'to filter'],
    ['↑↓', 'choose'],
    ['Enter', 'continue'],
    ...(filter === '' ? [] : [['/', 'new filter'] as const, ['Esc', 'clear the filter'] as const]),
    ['Ctrl-C', 'leave'],
  ]
  useLatencies()
  const layout = useFrame({moves: ['typed-list'], why: WHY.region, keys, typing: true})
  const {columns} = layout
  const narrow = columns < WIDE
  const noteRows = narrow ? 2 : 1
  const rows = Math.max(1, layout.rows - ROWS_AROUND - noteRows)
  const regions = filterRegions(host.regions, filter)
  const suggested = host.regions.findIndex(({code}) => code === state.answers.region)
  const [index, setIndex] = useList({
    count: regions.length,
    rows,
    initial: Math.max(0, suggested),
    letters: false,
  })
  const highlighted = regions[index]

  const refilter = (text: string) => {
    setFilter(text)
    setIndex(text === '' ? Math.max(0, suggested) : 0)
  }
  useInput(
    (input, key) => {
      if (key.return) {
        if (highlighted !== undefined) dispatch({type: 'answered', answers: {region: highlighted.code}})
        return
      }
      // No code or name has one: as in a text, it begins a search.
      if (input === '/') return refilter('')
      // Home, End and the arrows move in the list.
      const edited = key.home || key.end ? null : edit(lineOf(filter), input, key)
      if (edited !== null && edited.text !== filter) refilter(edited.text)
    },
    {isActive: active},
  )
  useNavigationKeys({typing: true, ...(filter !== '' && {back: () => refilter('')})})
  usePaste(text => refilter(filter + text.trim()), {isActive: active})

  const note =
    regionNote(highlighted, state.answers.region, host.initial.regionFrom) ||
    latencyNote(host.latency, state.latencies, host.regions.length)
  const start = windowStart(index, regions.length, rows)
  return (
    <Frame title="Region" layout={layout}>
      <Box height={1}>
        <Text wrap="truncate-end">
          {'Filter: '}
          {filter === '' ? '(code or name)' : <Text bold>{filter}</Text>}
        </Text>
      </Box>
      {regions.slice(start, start + rows).map(region => (
        <Row key={region.code} highlighted={region === highlighted}>
          <Text {...(region === highlighted ? theme.tone.accent : theme.tone.plain)} wrap="truncate-end">
            {region.code.padEnd(CODE_WIDTH)}
            {latencyColumn(host.latency, state.latencies, region.code)}
            {optInColumn(region, narrow)}
            {region.name}
          </Text>
        </Row>
      ))}
      <TextLine line={{text: place(filter, index, regions.length, host.regions.length)}} />
      <TextWindow
        lines={wrapLines([{text: narrow && highlighted?.optIn ? `* ${note}` : note}], columns)}
        rows={noteRows}
      />
    </Frame>
  )
}

function optInColumn({optIn}: Region, narrow: boolean): string {
  if (narrow) return optIn ? '* ' : '  '
  return optIn ? 'opt-in  ' : '        '
}

function place(filter: string, index: number, count: number, all: number): string {
  if (count === 0) return `No Region matches "${filter}".`
  return count === all ? `${index + 1} of ${all}` : `${index + 1} of ${count}, filtered from ${all}`
}

/** Measures how far the Regions are that this is not known of, while the calling screen is shown. */
function useLatencies(): void {
  const {host, state, dispatch} = useWizard()
  const {latency, regions} = host
  const unknown = useEffectEvent(() =>
    regions.map(({code}) => code).filter(code => !state.latencies.has(code)),
  )

  useEffect(() => {
    if (latency?.kind !== 'measured') return
    const own = new AbortController()
    const follow = async () => {
      try {
        for await (const measured of latency.measure(unknown(), own.signal)) {
          if (own.signal.aborted) return
          dispatch({type: 'latency-measured', latency: measured})
        }
      } catch (error) {
        if (!own.signal.aborted) dispatch({type: 'failed', error})
      }
    }
    void follow()
    return () => own.abort()
  }, [latency, dispatch])
}
