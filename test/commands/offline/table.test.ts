import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {csv, markdownTable, textTable} from '../../../src/commands/offline/format.ts'

const TABLE = {
  columns: ['host', 'reason'],
  rows: [
    ['a.example.com', 'short'],
    ['b', 'with | and\nbreak, "quoted"'],
  ],
}

describe('tables', () => {
  test('text columns are aligned and lines end without spaces', () => {
    const rows = [
      ['long host name', 'x'],
      ['b', ''],
    ]
    expect(textTable({columns: ['host', 'why'], rows})).toBe('HOST            WHY\nlong host name  x\nb\n')
  })

  test('a Markdown cell cannot end its row', () => {
    expect(markdownTable(TABLE)).toBe(
      '| host | reason |\n| --- | --- |\n| a.example.com | short |\n| b | with \\| and break, "quoted" |\n',
    )
  })

  test('CSV quotes what needs it and ends lines with CRLF', () => {
    expect(csv(TABLE)).toBe('host,reason\r\na.example.com,short\r\nb,"with | and\nbreak, ""quoted"""\r\n')
  })

  test('CSV reads back as it was written', () => {
    const cell = fc.string({unit: fc.constantFrom('a', ',', '"', '\r', '\n', ' ')})
    const table = fc.record({
      columns: fc.constant(['one', 'two']),
      rows: fc.array(fc.tuple(cell, cell)),
    })
    fc.assert(
      fc.property(table, ({columns, rows}) => {
        expect(readCsv(csv({columns, rows}))).toEqual([columns, ...rows])
      }),
    )
  })
})

/** Reads RFC 4180, character by character. */
function readCsv(text: string): readonly string[][] {
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const rest = text.slice(at)
    if (quoted && rest.startsWith('""')) {
      field += '"'
      at++
    } else if (rest.startsWith('"')) {
      quoted = !quoted
    } else if (!quoted && (rest.startsWith(',') || rest.startsWith('\r\n'))) {
      record.push(field)
      field = ''
      if (rest.startsWith(',')) continue
      records.push(record)
      record = []
      at++
    } else {
      field += text[at]
    }
  }
  return records
}
