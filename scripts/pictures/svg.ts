import type {Cells} from '../../test/pty/terminal.ts'

/** Pixels of a character's cell, and of the window around them. */
const [CELL_WIDTH, CELL_HEIGHT, FONT_SIZE] = [8.4, 18, 14]
const [PADDING, TITLE_HEIGHT] = [14, 30]

const FONT = "'DejaVu Sans Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace"
const [BACKGROUND, FOREGROUND, BAR] = ['#16191f', '#dfe3e8', '#2a2f38']

/** SGR 30 to 37. */
const PALETTE = ['#3b4048', '#ff6b68', '#5fd38a', '#f2c55c', '#6ca8ff', '#d78bff', '#4fd6e0', '#dfe3e8']

type Run = {readonly column: number; readonly text: string; readonly style: string}

/** A terminal's cells as the picture of a window. */
export function windowOf(frames: readonly string[], cells: Pick<Cells, 'cols' | 'rows'>, style = ''): string {
  const width = Math.ceil(cells.cols * CELL_WIDTH + 2 * PADDING)
  const height = cells.rows * CELL_HEIGHT + TITLE_HEIGHT + PADDING
  const lights = ['#ff5f57', '#febc2e', '#28c840']
    .map((color, at) => `<circle cx="${20 + at * 18}" cy="15" r="5.5" fill="${color}"/>`)
    .join('')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" font-size="${FONT_SIZE}">`,
    style,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    `<path d="M0 ${TITLE_HEIGHT - 2}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${TITLE_HEIGHT - 10}z" fill="${BAR}"/>${lights}`,
    ...frames,
    '</svg>',
    '',
  ]
    .filter(Boolean)
    .join('\n')
}

/** The rows of a screen, without the window. */
export function frameOf(cells: Cells, attributes = ''): string {
  const rows = Array.from({length: cells.rows}, (_, row) => rowOf(cells, row)).filter(Boolean)
  return `<g fill="${FOREGROUND}"${attributes}>\n${rows.join('\n')}\n</g>`
}

function rowOf(cells: Cells, row: number): string {
  const y = TITLE_HEIGHT + row * CELL_HEIGHT + FONT_SIZE
  const spans = runsOf(cells, row).map(({column, text, style}) => {
    const x = (PADDING + column * CELL_WIDTH).toFixed(1)
    // Every font has its own width; the cells have theirs.
    const length = ([...text].length * CELL_WIDTH).toFixed(1)
    return `<tspan x="${x}" textLength="${length}"${style}>${escaped(text)}</tspan>`
  })
  return spans.length === 0 ? '' : `<text y="${y}" xml:space="preserve">${spans.join('')}</text>`
}

/** Neighbouring cells of one look; blanks around words are left out. */
function runsOf(cells: Cells, row: number): readonly Run[] {
  const runs: {column: number; text: string; style: string}[] = []
  for (let column = 0; column < cells.cols; column += 1) {
    const cell = cells.at(column, row)
    const text = cell?.getChars() || ' '
    const style = cell === undefined || text === ' ' ? null : styleOf(cell)
    const last = runs.at(-1)
    const end = last === undefined ? 0 : last.column + [...last.text].length
    if (style === null) continue
    if (last?.style === style && column - end <= 1) last.text += ' '.repeat(column - end) + text
    else runs.push({column, text, style})
  }
  return runs
}

function styleOf(cell: NonNullable<ReturnType<Cells['at']>>): string {
  const color = cell.isFgPalette() ? PALETTE[cell.getFgColor() % 8] : undefined
  return [
    ...(color === undefined ? [] : [` fill="${color}"`]),
    ...(cell.isBold() ? [' font-weight="bold"'] : []),
    ...(cell.isDim() ? [' fill-opacity="0.6"'] : []),
  ].join('')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
