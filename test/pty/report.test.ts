import {stripVTControlCharacters} from 'node:util'
import {describe, expect, test} from 'vitest'
import {printText} from '../../src/report/text/text.ts'
import {NODE} from '../lab/lib/paths.ts'
import {REPORTS} from '../report/reports.ts'
import {openTerminal} from './terminal.ts'

const PROGRAM = new URL('print-reports.ts', import.meta.url).pathname

/** Wide enough for every line, so that what is in it is whole. */
const ENDLESS = 1_000_000

const URLS = /https?:\/\/[\w.~:/?#@!$&'*+=%-]*[\w/#=%~-]/g
const CIDRS = /\b(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+)\/\d{1,3}\b/g
const IN_BACKTICKS = /`[^`\n]+`/g
/** Commands with a row of their own: a step's, its undo, the next one, and those of a section to paste. */
const ROWS =
  /^(?: +(?:Do|Undo|Test)|Next) +(.+?)(?: \(before and after\))?$|^ {2}((?:sudo|curl|chmod|read|export|drs-onboard|\$env:) ?.+)$/gm

/** What a reader copies from reports. */
function copied(verbose: boolean): readonly string[] {
  const text = Object.values(REPORTS)
    .map(report => printText(report, {columns: ENDLESS, verbose, plan: true, unicode: true}))
    .join('')
  return [
    ...[URLS, CIDRS, IN_BACKTICKS].flatMap(pattern => text.match(pattern) ?? []),
    ...[...text.matchAll(ROWS)].map(([, labelled, pasted]) => labelled ?? pasted ?? ''),
  ]
}

describe.each([40, 80])('reports on a terminal of %i columns', cols => {
  test.each(['brief', 'verbose'])('%s: no URL, command or CIDR is broken', async how => {
    const wanted = copied(how === 'verbose')
    expect(wanted.length).toBeGreaterThan(20)
    await using terminal = openTerminal([NODE, PROGRAM, how], {cols, env: {PATH: process.env.PATH}})
    expect(await terminal.exit()).toBe(0)
    const text = terminal.unwrapped()
    expect(text).toContain('All printed.')
    expect(wanted.filter(piece => !text.includes(piece))).toEqual([])
  })

  test('URLs are hyperlinks where the terminal has them, and text alone where not', async () => {
    const env = {PATH: process.env.PATH}
    await using plain = openTerminal([NODE, PROGRAM, 'verbose'], {cols, env})
    await using linking = openTerminal([NODE, PROGRAM, 'verbose'], {cols, env: {...env, WT_SESSION: '1'}})
    expect([await plain.exit(), await linking.exit()]).toEqual([0, 0])
    expect(plain.written).not.toContain('\u001B]8;')
    expect(stripVTControlCharacters(linking.unwrapped())).toBe(stripVTControlCharacters(plain.unwrapped()))
    for (const url of new Set(copied(true).filter(piece => piece.startsWith('https://'))))
      expect(linking.written).toContain(`\u001B]8;;${url}\u001B\\${url}\u001B]8;;\u001B\\`)
  })
})
