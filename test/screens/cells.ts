import type {IBufferCell} from '@xterm/headless'
import {expect, vi} from 'vitest'
import type {FakeOutput} from './fake-terminal.ts'

/** The first eight colours of every terminal, in their order (ECMA-48 SGR 30 to 37). */
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g
const SECONDS = / \d\.\d s/g

/**
 * The screen's cells as text to review: the rows as they stand, then each row's looks by columns, from 1. What moves
 * stays still.
 */
export function cellsOf({emulator, columns, visible}: FakeOutput): string {
  const {baseY} = emulator.buffer.active
  const looks = visible.flatMap((_, row) => {
    const spans = looksOf(emulator, baseY + row, columns)
    return spans === '' ? [] : [`${String(row + 1).padStart(3)}: ${spans}`]
  })
  const text = visible.map(row => `  |${row.replace(SPINNER, '⠋').replace(SECONDS, ' 0.0 s')}`)
  return [`${columns} columns`, ...text, ...looks, ''].join('\n')
}

function looksOf(emulator: FakeOutput['emulator'], row: number, columns: number): string {
  const line = emulator.buffer.active.getLine(row)
  const spans: {readonly look: string; readonly from: number; to: number}[] = []
  for (let column = 0; column < columns; column += 1) {
    const cell = line?.getCell(column)
    const look = cell === undefined || cell.getChars().trim() === '' ? '' : lookOf(cell)
    const last = spans.at(-1)
    if (look === '') continue
    // Blanks between words of one look belong to it.
    if (last?.look === look && column - last.to <= 2) last.to = column
    else spans.push({look, from: column, to: column})
  }
  return spans.map(({look, from, to}) => `${from + 1}-${to + 1} ${look}`).join(', ')
}

/** @throws Error for a colour that sixteen colours do not have, and for one that vanishes on some background */
function lookOf(cell: IBufferCell): string {
  const colour = cell.getFgColor()
  const name = cell.isFgDefault() ? '' : cell.isFgPalette() ? COLOURS[colour] : undefined
  if (name === undefined)
    throw new Error(`"${cell.getChars()}" has colour ${colour}, which not every terminal has`)
  if (!cell.isBgDefault() || ['black', 'white', 'blue'].includes(name))
    throw new Error(`"${cell.getChars()}" may vanish on a light or a dark background`)
  return [
    name,
    ...(cell.isBold() ? ['bold'] : []),
    ...(cell.isDim() ? ['dim'] : []),
    ...(cell.isInverse() ? ['inverse'] : []),
  ]
    .filter(Boolean)
    .join(' ')
}

/** Waits until the frame does not change any more, but for what spins. */
export async function settled(output: FakeOutput): Promise<void> {
  let before = ''
  let alike = 0
  await vi.waitFor(
    () => {
      const now = cellsOf(output)
      alike = now === before ? alike + 1 : 0
      before = now
      expect(alike).toBe(6)
    },
    {interval: 20, timeout: 8_000},
  )
}
