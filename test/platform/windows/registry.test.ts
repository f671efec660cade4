import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import type {CommandResult, RunCommand} from '../../../src/platform/process/command.ts'
import {createRegistry} from '../../../src/platform/windows/registry.ts'
import {dwordOf, parseRegQuery} from '../../../src/platform/windows/registry-text.ts'

describe('parseRegQuery', () => {
  it('reads keys, values of every type, and subkeys', () => {
    const text = [
      '',
      'HKEY_LOCAL_MACHINE\\SOFTWARE\\A key',
      '    (Standard)    REG_SZ    ',
      '    EnableFirewall    REG_DWORD    0x1',
      '    name with  blanks    REG_SZ    a    b REG_SZ c',
      '    Path    REG_EXPAND_SZ    %SystemRoot%\\x',
      '    Blob    REG_BINARY    00ff',
      '    Empty    REG_SZ',
      '    Überwachung    REG_SZ    v2.31|Name=Ü|',
      '',
      'HKEY_LOCAL_MACHINE\\SOFTWARE\\A key\\Sub',
      '',
    ].join('\r\n')
    expect(parseRegQuery(text)).toEqual([
      {
        path: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\A key',
        values: [
          {name: '(Standard)', type: 'REG_SZ', data: ''},
          {name: 'EnableFirewall', type: 'REG_DWORD', data: '0x1'},
          {name: 'name with  blanks', type: 'REG_SZ', data: 'a    b REG_SZ c'},
          {name: 'Path', type: 'REG_EXPAND_SZ', data: '%SystemRoot%\\x'},
          {name: 'Blob', type: 'REG_BINARY', data: '00ff'},
          {name: 'Empty', type: 'REG_SZ', data: ''},
          {name: 'Überwachung', type: 'REG_SZ', data: 'v2.31|Name=Ü|'},
        ],
      },
      {path: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\A key\\Sub', values: []},
    ])
  })

  it('goes on with data that has line breaks', () => {
    const text = 'HKEY_USERS\\x\r\n    a    REG_SZ    one\r\ntwo\r\n    b    REG_SZ    three\r\n'
    expect(parseRegQuery(text)[0]?.values.map(({data}) => data)).toEqual(['one\ntwo', 'three'])
  })

  it('gives back whatever names and texts a key holds', () => {
    const line = fc
      .string({unit: 'binary', maxLength: 20})
      .map(text => text.replace(/[\r\n\u2028\u2029]/g, ''))
    const name = line.filter(text => text !== '' && !/ {4}REG_/.test(`${text}    `) && !text.startsWith(' '))
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, line), {selector: ([key]) => key}), values => {
        const text = `\r\nHKEY_USERS\\k\r\n${values.map(([key, data]) => `    ${key}    REG_SZ    ${data}\r\n`).join('')}\r\n`
        expect(parseRegQuery(text)[0]?.values).toEqual(
          values.map(([key, data]) => ({name: key, type: 'REG_SZ', data})),
        )
      }),
    )
  })

  it('never fails', () => {
    fc.assert(fc.property(fc.string({unit: 'binary'}), text => Array.isArray(parseRegQuery(text))))
  })
})

describe('dwordOf', () => {
  it.each([
    ['REG_DWORD', '0x0', 0],
    ['REG_DWORD', '0xffffffff', 0xffffffff],
    ['REG_DWORD', '1', null],
    ['REG_DWORD', '', null],
    ['REG_SZ', '0x1', null],
  ])('%s %j', (type, data, number) => {
    expect(dwordOf({name: 'x', type, data})).toBe(number)
  })
})

/** A registry of keys to what `reg query` prints for them; every other key makes it end with 1. */
function registryOf(keys: Readonly<Record<string, string | CommandResult>>) {
  const asked: string[] = []
  const run: RunCommand = async ([, , key = '']) => {
    asked.push(key)
    const found = keys[key] ?? {kind: 'exited', code: 1, stdout: '', stderr: 'FEHLER: …'}
    return typeof found === 'string' ? {kind: 'exited', code: 0, stdout: found, stderr: ''} : found
  }
  return {registry: createRegistry(run), asked}
}

const HKLM = 'HKEY_LOCAL_MACHINE'

describe('createRegistry', () => {
  it('tells a key that is absent from one that may not be read, by its parent', async () => {
    const {registry} = registryOf({'HKLM\\a': `\r\n${HKLM}\\a\\secret\r\n${HKLM}\\a\\open\r\n`})
    expect(await registry.read('HKLM\\a\\nothing')).toEqual({kind: 'absent'})
    expect(await registry.read('HKLM\\a\\Secret')).toEqual({
      kind: 'unreadable',
      reason: 'HKLM\\a\\Secret cannot be read by this user',
    })
  })

  it('is absent with its parents, up to the hive', async () => {
    const {registry, asked} = registryOf({HKLM: `\r\n${HKLM}\\SYSTEM\r\n`})
    expect(await registry.read('HKLM\\b\\c\\d')).toEqual({kind: 'absent'})
    expect(asked).toEqual(['HKLM\\b\\c\\d', 'HKLM\\b\\c', 'HKLM\\b', 'HKLM'])
  })

  it('cannot tell where a parent may not be read, or reg is not there', async () => {
    const {registry} = registryOf({
      HKLM: `\r\n${HKLM}\\b\r\n`,
      'HKLM\\c': {kind: 'not-found', program: 'reg.exe'},
    })
    expect((await registry.read('HKLM\\b\\c')).kind).toBe('unreadable')
    expect(await registry.read('HKLM\\c')).toEqual({kind: 'unreadable', reason: '`reg.exe` is not installed'})
  })

  it('reads each key once, and does not take its only subkey for the key itself', async () => {
    const {registry, asked} = registryOf({'HKLM\\a': `\r\n${HKLM}\\a\\only\r\n`})
    const expected = {kind: 'read', values: [], subkeys: ['only']}
    expect(await Promise.all([registry.read('HKLM\\a'), registry.read('HKLM\\a')])).toEqual([
      expected,
      expected,
    ])
    expect(asked).toEqual(['HKLM\\a'])
  })

  it.each<[string, string, string]>([
    ['437', '\x9aber\x81', 'Überü'],
    ['850', '\x9aber\xb5', 'ÜberÁ'],
    ['852', '\xa5', 'ą'],
    ['866', '\x8f\xe0\xa0', 'Пра'],
    ['932', '\x8b\x4b\x91\xa5', '規則'],
    ['936', '\xb9\xe6\xd4\xf2', '规则'],
    ['9999', '\x9a', '\uFFFD'],
  ])('reads names in the code page of the console, %s', async (codePage, bytes, text) => {
    const {registry} = registryOf({
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage': `\r\n${HKLM}\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage\r\n    ACP    REG_SZ    1252\r\n    OEMCP    REG_SZ    ${codePage}\r\n`,
      'HKLM\\a': `\r\n${HKLM}\\a\r\n    ${bytes}    REG_SZ    ${bytes}\r\n`,
    })
    expect(await registry.read('HKLM\\a')).toMatchObject({values: [{name: text, data: text}]})
  })

  it('reads UTF-8 where the console speaks it', async () => {
    const bytes = Buffer.from('Übérwachung 规则').toString('latin1')
    const {registry, asked} = registryOf({'HKLM\\a': `\r\n${HKLM}\\a\r\n    n    REG_SZ    ${bytes}\r\n`})
    expect(await registry.read('HKLM\\a')).toMatchObject({values: [{data: 'Übérwachung 规则'}]})
    expect(asked).toHaveLength(2)
  })
})
