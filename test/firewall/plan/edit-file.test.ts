import {spawnSync} from 'node:child_process'
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import fc from 'fast-check'
import {afterAll, describe, expect, it} from 'vitest'
import type {Command} from '../../../src/contract/remedy.ts'
import {insertLine} from '../../../src/firewall/plan/rule-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'edit-file-'))
afterAll(() => rmSync(directory, {recursive: true}))

const path = join(directory, 'rules')
const LINE = '-A OUTPUT -p tcp -m comment --comment "drs-onboard:open-443-0123abcd" -j ACCEPT'
const MARK = '"drs-onboard:open-443-0123abcd"'

function run([program, ...args]: Command): number | null {
  return spawnSync(program, args, {env: {...process.env, LC_ALL: 'C'}}).status
}

function insertionBefore(before: number, text: string) {
  return insertLine({path, text, before, line: LINE, mark: MARK, title: 'Insert'})
}

/** What breaks naive quoting: sed's and the shell's metacharacters, other alphabets, blanks, the end of DOS lines. */
const line = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'\\/.*[]^$&+?(){}|~\'"`%!;:# \t-ns\r', '\\n', '\\1', '\\c', '.*', '[^a]', '$(id)'),
      fc.constantFrom('ä', '規則', '🔥', '\u00a0', '\u202e'),
      fc.string({maxLength: 4}).map(text => text.replace(/[\0\n]/g, '')),
    ),
    {maxLength: 12},
  )
  .map(parts => parts.join(''))

const file = fc
  .tuple(fc.array(line, {minLength: 1, maxLength: 6}), fc.boolean())
  .filter(([lines, ends]) => ends || lines.at(-1) !== '')
  .map(([lines, ends]) => ({lines, text: lines.join('\n') + (ends ? '\n' : '')}))

describe('insertLine with the sed of this system', () => {
  it('puts the line where it is meant, finds it, and reverts it', {timeout: 60_000}, () => {
    fc.assert(
      fc.property(file, fc.nat(), line, ({lines, text}, at, tail) => {
        const before = (at % lines.length) + 1
        const added = `${LINE} ${tail}`.replace(/\r$/, '')
        const {step, text: after} = insertLine({path, text, before, line: added, mark: MARK, title: ''})
        const end = lines[before - 1]?.endsWith('\r') ? '\r' : ''
        writeFileSync(path, text)
        expect(run(step.alreadyDone ?? ['false'])).toBe(1)
        expect(run(step.do)).toBe(0)
        const expected =
          lines.toSpliced(before - 1, 0, added + end).join('\n') + (text.endsWith('\n') ? '\n' : '')
        expect(readFileSync(path, 'utf8')).toBe(expected)
        expect(after).toBe(expected)
        expect(run(step.alreadyDone ?? ['false'])).toBe(0)
        expect(run(step.undo)).toBe(0)
        expect(readFileSync(path, 'utf8')).toBe(text)
      }),
      {numRuns: 150},
    )
  })

  it('takes any text for a mark', {timeout: 60_000}, () => {
    fc.assert(
      fc.property(file, line, ({text}, tail) => {
        const mark = `«${tail.replaceAll('\r', '')}»`
        const {step} = insertLine({path, text, before: 1, line: `x ${mark} y`, mark, title: ''})
        writeFileSync(path, text)
        for (const command of [step.do, step.alreadyDone, step.undo])
          expect(run(command ?? ['false'])).toBe(0)
        expect(readFileSync(path, 'utf8')).toBe(text)
      }),
      {numRuns: 60},
    )
  })

  it.each([
    ['has moved', '# new\na\nb\n'],
    ['reads otherwise', 'a\nb \n'],
    ['is only part of a line', 'a\nbb\n'],
    ['is gone', 'a\n'],
    ['went with everything else', ''],
  ])('changes nothing when the line %s', (_, now) => {
    const {step} = insertionBefore(2, 'a\nb\n')
    writeFileSync(path, now)
    run(step.do)
    expect(readFileSync(path, 'utf8')).toBe(now)
    expect(run(step.alreadyDone ?? ['false'])).toBe(1)
  })

  it('leaves bytes alone that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from([0x23, 0xff, 0xfe, 0x0a]), Buffer.from('COMMIT\n')])
    writeFileSync(path, bytes)
    const {step} = insertionBefore(2, bytes.toString('utf8'))
    expect(run(step.do)).toBe(0)
    expect(readFileSync(path)).toEqual(
      Buffer.concat([bytes.subarray(0, 4), Buffer.from(`${LINE}\n`), bytes.subarray(4)]),
    )
    expect(run(step.undo)).toBe(0)
    expect(readFileSync(path)).toEqual(bytes)
  })

  it('keeps mode and owner, and a symbolic link', () => {
    const link = join(directory, 'link')
    writeFileSync(path, 'a\nb\n')
    chmodSync(path, 0o640)
    // Only root may give a file away; for others the owner that has to be kept is their own.
    if (process.getuid?.() === 0) chownSync(path, 65534, 65533)
    const {uid, gid, mode} = statSync(path)
    symlinkSync('rules', link)
    const {step} = insertLine({path: link, text: 'a\nb\n', before: 2, line: LINE, mark: MARK, title: ''})
    for (const command of [step.do, step.undo]) {
      expect(run(command)).toBe(0)
      expect(statSync(path)).toMatchObject({uid, gid, mode})
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
    }
    expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
  })
})

describe('insertLine', () => {
  it.each([0, 3, 7])('refuses line %i of two', before => {
    expect(() => insertionBefore(before, 'a\nb\n')).toThrow(RangeError)
  })

  it('says what it edits, and how the file is tried', () => {
    const test: Command = ['iptables-restore', '--test', path]
    const {step} = insertLine({path, text: 'a\n', before: 1, line: LINE, mark: MARK, title: '', test})
    expect(step).toMatchObject({edits: path, test, lasting: true, persists: true})
  })

  it('does not count on a line twice that the file has already', () => {
    const text = `${LINE}\nb\n`
    expect(insertionBefore(2, text).text).toBe(text)
  })
})
