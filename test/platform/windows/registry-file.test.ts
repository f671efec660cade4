import {existsSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {RunCommand} from '../../../src/platform/process/command.ts'
import {createRegistry} from '../../../src/platform/windows/registry.ts'
import {parseRegistryFile} from '../../../src/platform/windows/registry-file.ts'
import {registryFile} from '../../lab/windows/registry-file.ts'

const HEADER = 'Windows Registry Editor Version 5.00\r\n\r\n'
const file = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')
const values = (lines: string) =>
  parseRegistryFile(file(`${HEADER}[HKEY_USERS\\k]\r\n${lines}\r\n`))?.[0]?.values

describe('parseRegistryFile', () => {
  it.each([
    ['"a"="b"', {name: 'a', type: 'REG_SZ', data: 'b'}],
    ['@="b"', {name: '(Default)', type: 'REG_SZ', data: 'b'}],
    ['"C:\\\\x \\"y\\""="\\\\n\\\\"', {name: 'C:\\x "y"', type: 'REG_SZ', data: '\\n\\'}],
    ['"two\r\nlines"="one\r\ntwo"', {name: 'two\r\nlines', type: 'REG_SZ', data: 'one\r\ntwo'}],
    ['"wine"="one\\r\\ntwo"', {name: 'wine', type: 'REG_SZ', data: 'one\r\ntwo'}],
    ['"規則"="Überwachung – 🔥"', {name: '規則', type: 'REG_SZ', data: 'Überwachung – 🔥'}],
    ['"="="="', {name: '=', type: 'REG_SZ', data: '='}],
    ['"d"=dword:0000001f', {name: 'd', type: 'REG_DWORD', data: '0x1f'}],
    ['"z"=dword:00000000', {name: 'z', type: 'REG_DWORD', data: '0x0'}],
    ['"b"=hex:00,ff,\\\r\n  0a', {name: 'b', type: 'REG_BINARY', data: '00ff0a'}],
    ['"b"=hex:', {name: 'b', type: 'REG_BINARY', data: ''}],
    ['"s"=hex(1):61,00,00,00', {name: 's', type: 'REG_SZ', data: 'a'}],
    ['"e"=hex(2):25,00,78,00,\\\r\n  25,00,00,00', {name: 'e', type: 'REG_EXPAND_SZ', data: '%x%'}],
    ['"m"=hex(7):61,00,00,00,62,00,00,00,00,00', {name: 'm', type: 'REG_MULTI_SZ', data: 'a\\0b'}],
    ['"q"=hex(b):01,00,00,00,00,00,00,00', {name: 'q', type: 'REG_QWORD', data: '0100000000000000'}],
    ['"n"=hex(0):', {name: 'n', type: 'REG_NONE', data: ''}],
    ['"o"=hex(ffff0012):00', {name: 'o', type: 'REG_NONE', data: '00'}],
  ])('%s', (line, value) => {
    expect(values(line)).toEqual([value])
  })

  it('keeps keys apart, those without values and with brackets too', () => {
    const text = `${HEADER}[HKEY_USERS\\k]\r\n\r\n[HKEY_USERS\\k\\[x] y]\r\n"a"="[b]"\r\n\r\n`
    expect(parseRegistryFile(file(text))).toEqual([
      {path: 'HKEY_USERS\\k', values: []},
      {path: 'HKEY_USERS\\k\\[x] y', values: [{name: 'a', type: 'REG_SZ', data: '[b]'}]},
    ])
  })

  it.each([
    ['nothing', Buffer.from('')],
    ['no byte order mark', Buffer.from(HEADER, 'utf16le')],
    ['one of Windows 98', file('REGEDIT4\r\n\r\n[HKEY_USERS\\k]\r\n')],
    ['a value before any key', file(`${HEADER}"a"="b"\r\n`)],
    ['a text without an end', file(`${HEADER}[HKEY_USERS\\k]\r\n"a"="b\r\n`)],
    ['a value that is none', file(`${HEADER}[HKEY_USERS\\k]\r\n"a"=b\r\n`)],
  ])('is none: %s', (_, bytes) => {
    expect(parseRegistryFile(bytes)).toBeNull()
  })

  it('gives back whatever names and texts a key holds', () => {
    const text = fc.string({unit: 'binary', maxLength: 20}).map(given => given.replaceAll('\0', ''))
    fc.assert(
      fc.property(
        fc.dictionary(
          text.filter(name => name !== ''),
          text,
        ),
        content => {
          const read = parseRegistryFile(registryFile({'HKEY_USERS\\k': content}))
          expect(read?.[0]?.values).toEqual(
            Object.entries(content).map(([name, data]) => ({name, type: 'REG_SZ', data})),
          )
        },
      ),
    )
  })

  it('takes no part of a value for a whole one, and never fails', () => {
    const whole = registryFile({'HKEY_USERS\\k': {a: 'v2.31|Action="x"\\|', b: 7, c: new Uint8Array([1, 2])}})
    const all = parseRegistryFile(whole)?.[0]?.values ?? []
    expect(all).toHaveLength(3)
    for (let end = 0; end < whole.length; end++) {
      const left = parseRegistryFile(whole.subarray(0, end))?.[0]?.values ?? []
      expect(left).toEqual(all.slice(0, left.length))
    }
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 60}), bytes => {
        parseRegistryFile(Buffer.concat([whole.subarray(0, 100), bytes]))
      }),
    )
  })
})

describe('a key of many values', () => {
  const KEY = 'HKLM\\SYSTEM\\rules'
  const FULL = 'HKEY_LOCAL_MACHINE\\SYSTEM\\rules'
  const queried = `\r\n${FULL}\r\n    a    REG_SZ    queried\r\n`

  /** `reg.exe` that exports these bytes, or cannot; and the file that it was told to write. */
  function registryOf(exported: Uint8Array | null) {
    const asked: string[] = []
    let path = ''
    const run: RunCommand = async ([, verb = '', key = '', target = '']) => {
      asked.push(`${verb} ${key}`)
      if (verb === 'query') return {kind: 'exited', code: 0, stdout: queried, stderr: ''}
      path = target
      if (exported === null) return {kind: 'exited', code: 1, stdout: '', stderr: 'FEHLER'}
      await writeFile(target, exported)
      return {kind: 'exited', code: 0, stdout: '', stderr: ''}
    }
    return {registry: createRegistry(run), asked, pathOf: () => path}
  }

  it('is exported, exact in every script, and leaves no file behind', async () => {
    const {registry, asked, pathOf} = registryOf(registryFile({[FULL]: {規則: 'Überwachung'}}))
    expect(await registry.readMany(KEY)).toEqual({
      kind: 'read',
      values: [{name: '規則', type: 'REG_SZ', data: 'Überwachung'}],
      subkeys: [],
    })
    expect(asked).toEqual([`export ${KEY}`])
    expect(pathOf()).not.toBe('')
    expect(existsSync(dirname(pathOf()))).toBe(false)
  })

  it.each([
    ['cannot be', null],
    ['is cut off', file(`${HEADER}[${FULL}]\r\n"a"="b`)],
    ['is of another key', registryFile({'HKEY_USERS\\other': {a: 'b'}})],
  ])('is queried where the export %s', async (_, exported) => {
    const {registry, asked, pathOf} = registryOf(exported)
    expect(await registry.readMany(KEY)).toMatchObject({values: [{data: 'queried'}]})
    expect(asked).toEqual([`export ${KEY}`, `query ${KEY}`])
    expect(existsSync(dirname(pathOf()))).toBe(false)
  })
})
