import {readFile} from 'node:fs/promises'
import {afterEach, expect, test, vi} from 'vitest'
import {cellsOf, settled} from './cells.ts'
import {goWay, WAYS} from './ways.ts'
import {endAll, run} from './wizard-on-terminal.ts'

// Ink's colours are decided when it is loaded; NO_COLOR and --no-color come to this.
vi.hoisted(() => {
  process.env.FORCE_COLOR = '0'
})

afterEach(endAll)

/** Rows of the reviewed screen at a width, without their looks. */
async function reviewedRows(name: string, columns: number): Promise<readonly string[]> {
  const file = new URL(`snapshots/${name.replaceAll(/[^a-z]+/gi, '-')}.txt`, import.meta.url)
  const sizes = (await readFile(file, 'utf8')).split(/^(?=\d+ columns$)/m)
  return rowsOf(sizes.find(size => size.startsWith(`${columns} columns`)) ?? '')
}

/** A field's cursor is a character of inverse looks, which are gone as well: a bar stands there instead. */
const rowsOf = (cells: string) =>
  cells
    .split('\n')
    .filter(line => line.startsWith('  |'))
    .map(line => line.slice(0, 3) + line.slice(3).replace('|', '').trimEnd())

test.each(Object.entries(WAYS))('%s: the same words without a colour', async (name, {script, way}) => {
  const {input, output, shows} = run(script, {columns: 80, rows: 24})
  await goWay(way, {input, shows})
  await settled(output)
  expect(rowsOf(cellsOf(output))).toEqual(await reviewedRows(name, 80))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  expect(output.written).not.toMatch(/\u001B\[[\d;:]*m/)
})
