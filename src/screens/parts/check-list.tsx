import {Box, Text} from 'ink'
import type {CheckId} from '../../contract/checks.ts'
import {theme} from '../theme.ts'
import {checkItems} from './check-groups.ts'
import {type CheckRow, seconds} from './check-rows.ts'
import {Mark} from './mark.tsx'
import {Row} from './row.tsx'
import {TextLine} from './text-line.tsx'
import {windowStart} from './use-list.ts'

type Props = {
  readonly rows: readonly CheckRow[]
  readonly height: number
  readonly columns: number
  readonly spinner: string | null
  /** The check that a key would unfold; null where none was chosen. */
  readonly chosen?: CheckId | null
}

/** From here on there is room for the detail beside the title. */
export const WIDE = 70

/** From here on the details stand in a column of their own. */
const ALIGNED = 100

/** Checks as they go on, one row each. With too little room the chosen one stays in view, else those that run. */
export function CheckList({rows, height, columns, spinner, chosen = null}: Props) {
  const items = checkItems(rows, height)
  const watched = items.findIndex(
    item => item.kind === 'check' && (chosen === null ? item.row.mark === 'running' : item.row.id === chosen),
  )
  const longest = Math.max(...rows.map(({title}) => title.length))
  const titleBox =
    columns >= ALIGNED
      ? {flexShrink: 0, width: longest}
      : columns >= WIDE
        ? {flexShrink: 0}
        : {flexShrink: 1, flexGrow: 1}
  const start = windowStart(watched === -1 ? items.length - 1 : watched, items.length, height)
  return (
    <Box flexDirection="column">
      {items.slice(start, start + Math.max(0, height)).map(item =>
        item.kind === 'title' ? (
          <TextLine key={item.text} line={{text: item.text, tone: 'strong'}} />
        ) : (
          <Row key={item.row.id} highlighted={item.row.id === chosen}>
            <CheckCells row={item.row} titleBox={titleBox} hasDetail={columns >= WIDE} spinner={spinner} />
          </Row>
        ),
      )}
    </Box>
  )
}

type CellsProps = Pick<Props, 'spinner'> & {
  readonly row: CheckRow
  readonly titleBox: {readonly flexShrink: number; readonly flexGrow?: number; readonly width?: number}
  readonly hasDetail: boolean
}

function CheckCells({row: {mark, title, detail, elapsedMs}, titleBox, hasDetail, spinner}: CellsProps) {
  return (
    <>
      <Mark name={mark} {...(mark === 'running' && spinner !== null ? {glyph: spinner} : {})} />
      <Box {...titleBox} marginRight={1}>
        <Text {...(mark === 'waiting' ? theme.tone.muted : theme.tone.plain)} wrap="truncate-middle">
          {title}
        </Text>
      </Box>
      {hasDetail && (
        <Box flexGrow={1} flexShrink={1} marginRight={1}>
          <Text {...theme.tone.muted} wrap="truncate-middle">
            {detail}
          </Text>
        </Box>
      )}
      {elapsedMs !== null && (
        <Box flexShrink={0}>
          <Text {...theme.tone.muted}>{seconds(elapsedMs).padStart(7)}</Text>
        </Box>
      )}
    </>
  )
}
