import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeEach, describe, expect, test} from 'vitest'
import {UserError} from '../../../src/contract/errors.ts'
import {
  explainShortage,
  forgetShortage,
  isShortOfFiles,
  noted,
  requireFile,
  shortageOf,
  shortageSeen,
  withoutShortage,
} from '../../../src/platform/process/shortage.ts'

const failed = (code: string, syscall?: string) => Object.assign(new Error(code), {code, syscall})

describe('what an error is a shortage of', () => {
  test.each([
    [failed('EMFILE', 'open'), 'files'],
    [failed('EMFILE', 'spawn nft'), 'files'],
    [failed('ENFILE', 'open'), 'files of the host'],
    [failed('ENOMEM', 'spawn nft'), 'memory'],
    [failed('ENOBUFS', 'connect'), 'memory'],
    [failed('EAGAIN', 'spawn nft'), 'processes'],
    [failed('EAGAIN', 'write'), null],
    [failed('ENOENT', 'open'), null],
    [new UserError('The file cannot be read.', undefined, {cause: failed('EMFILE')}), 'files'],
    [new Error('none'), null],
    ['EMFILE', null],
    [null, null],
  ])('%s: %s', (error, shortage) => {
    expect(shortageOf(error)).toBe(shortage)
  })
})

describe('a shortage', () => {
  beforeEach(forgetShortage)

  test('is remembered, and nothing else is', () => {
    noted(failed('ENOENT'))
    expect(shortageSeen()).toBeNull()
    const error = failed('EMFILE')
    expect(noted(error)).toBe(error)
    noted(failed('ENOENT'))
    expect(shortageSeen()).toBe('files')
    forgetShortage()
    expect(shortageSeen()).toBeNull()
  })

  test('spoils the facts that are read meanwhile, and no others', async () => {
    expect(await withoutShortage(async () => 'facts')).toBe('facts')
    const error = failed('EMFILE')
    await expect(withoutShortage(async () => void noted(error))).rejects.toBe(error)
    expect(await withoutShortage(async () => 'facts')).toBe('facts')
  })

  test('says what to do', () => {
    for (const shortage of ['files', 'files of the host', 'processes', 'memory'] as const) {
      const {summary, nextStep} = explainShortage(shortage)
      expect(summary).toMatch(/^This .+\.$/)
      expect(nextStep).toMatch(/, then run it again\.$/)
    }
    expect(explainShortage('files').nextStep).toContain('ulimit -n')
  })

  test('is not seen where a file can be opened', () => {
    expect(requireFile).not.toThrow()
  })
})

describe('too few files for a run', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'drs-onboard-proc-'))
  afterAll(() => rmSync(scratch, {recursive: true}))

  test.each([
    ['30', 10, true],
    ['64', 20, false],
    ['1024', 1_000, true],
    ['unlimited', 1_000, false],
  ])('with a limit of %s and %d open: %j', (limit, open, isShort) => {
    const proc = join(scratch, limit)
    mkdirSync(join(proc, 'fd'), {recursive: true})
    for (let fd = 0; fd < open; fd += 1) writeFileSync(join(proc, 'fd', String(fd)), '')
    const columns = `${limit.padEnd(21)}${limit.padEnd(21)}files`
    writeFileSync(
      join(proc, 'limits'),
      `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${columns}\n`,
    )
    expect(isShortOfFiles(proc)).toBe(isShort)
  })

  test('is not known without proc', () => {
    expect(isShortOfFiles(join(scratch, 'none'))).toBe(false)
  })
})
