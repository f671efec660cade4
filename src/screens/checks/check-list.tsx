import {Box, Text} from 'ink'
import {type CheckGroup, type CheckId, factsOf} from '../../contract/checks.ts'
import {Mark} from '../ui/mark.tsx'
import {Row} from '../ui/row.tsx'
import {TextLine} from '../ui/text-line.tsx'
import {theme} from '../ui/theme.ts'
import {windowStart} from '../ui/use-list.ts'
import {type CheckRow, seconds} from './check-rows.ts'

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

/** Checks that look at the same thing, in the order in which they are shown. */
const TITLES: readonly (readonly [CheckGroup, string])[] = [
  ['server', 'This server'],
  ['firewall', 'Host firewall'],
  ['aws', 'The path to AWS'],
  ['staging', 'The path to the staging area subnet'],
]

/** A row of a list of checks: a check, or the title of those below it. */
type CheckItem =
  | {readonly kind: 'title'; readonly text: string}
  | {readonly kind: 'check'; readonly row: CheckRow}

/** Checks under the titles of their groups; without titles where these would not fit into so many rows. */
export function checkItems(rows: readonly CheckRow[], height: number): readonly CheckItem[] {
  const grouped = TITLES.flatMap(([group, title]): CheckItem[] => {
    const own = rows.filter(({id}) => factsOf(id).group === group)
    return own.length === 0 ? [] : [{kind: 'title', text: title}, ...own.map(itemOf)]
  })
  return grouped.length <= height ? grouped : rows.map(itemOf)
}

const itemOf = (row: CheckRow): CheckItem => ({kind: 'check', row})
