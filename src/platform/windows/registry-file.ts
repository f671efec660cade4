import {mkdtempSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {LIMIT, readSystemBytes} from '../files/read.ts'
import {type CommandLimits, type RunCommand, succeeded} from '../process/command.ts'
import type {RegistryKey, RegistryValue} from './registry-text.ts'

/**
 * Reads a key and all below it through `reg export`, by a file in a directory of its own that is removed again. Against
 * `reg query` it is exact in every language, since the file is in UTF-16 and a console's code page has no part in it, and
 * faster for many values. Null where that cannot be done, whatever the reason: what may not be read below the key could
 * be left out without a word, so it is for keys without subkeys.
 */
export async function exportKey(
  run: RunCommand,
  key: string,
  flags: readonly string[],
  limits: CommandLimits,
): Promise<readonly RegistryKey[] | null> {
  let directory: string | null = null
  try {
    // At once: what takes longest begins before anything else is started.
    directory = mkdtempSync(join(tmpdir(), 'drs-onboard-'))
    const file = join(directory, 'key.reg')
    const result = await run(['reg.exe', 'export', key, file, '/y', ...flags], limits)
    return succeeded(result) ? parseRegistryFile(await readSystemBytes(file, {limit: LIMIT.rules})) : null
  } catch {
    // No room for the file, or no right to it: the caller has another way to read the key.
    return null
  } finally {
    if (directory !== null) await rm(directory, {recursive: true, force: true}).catch(() => undefined)
  }
}

const HEADER = 'Windows Registry Editor Version 5.00'

/** A key in brackets; its path may hold brackets, too. */
const KEY = /\[([^\r\n]*)\]\r?\n/y

/** `"NAME"=DATA` or `@=DATA`, where text may go over several lines, and bytes go on behind a backslash. */
const VALUE =
  /(?:@|"([^"\\]*(?:\\.[^"\\]*)*)")=(?:"([^"\\]*(?:\\.[^"\\]*)*)"|dword:([0-9a-f]{8})|hex(?:\(([0-9a-f]{1,8})\))?:((?:[0-9a-f,]*\\\r?\n[ \t]*)*[0-9a-f,]*))[ \t]*\r?\n/isy

const BLANK = /[ \t]*\r?\n/y

/**
 * Reads a file that `reg export` has written: UTF-16 with a byte order mark, exact for names and texts in every script.
 * Null for what is no such file, or not all of one.
 * Source: Microsoft, "How to add, modify, or delete registry subkeys and values by using a .reg file".
 */
export function parseRegistryFile(bytes: Uint8Array): readonly RegistryKey[] | null {
  if (bytes[0] !== 0xff || bytes[1] !== 0xfe) return null
  const text = new TextDecoder('utf-16le').decode(bytes)
  if (!text.startsWith(HEADER)) return null
  const keys: {path: string; values: RegistryValue[]}[] = []
  let at = HEADER.length
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    if (take(BLANK)) continue
    const key = take(KEY)
    if (key) {
      keys.push({path: key[1] ?? '', values: []})
      continue
    }
    const value = take(VALUE)
    const values = keys.at(-1)?.values
    if (!value || !values) return null
    values.push(registryValue(value))
  }
  return keys
}

function registryValue([, name, text, number, type, bytes = '']: RegExpExecArray): RegistryValue {
  const common = {name: name === undefined ? '(Default)' : unescaped(name)}
  if (text !== undefined) return {...common, type: 'REG_SZ', data: unescaped(text)}
  if (number !== undefined) return {...common, type: 'REG_DWORD', data: `0x${number.replace(/^0+(?=.)/, '')}`}
  const hex = bytes.replace(/[^0-9a-f]/gi, '')
  const typeName = TYPES[Number.parseInt(type ?? '3', 16)] ?? 'REG_NONE'
  return {...common, type: typeName, data: TEXTS.has(typeName) ? textOf(hex) : hex}
}

/** Source: "Registry Value Types" (winnt.h). */
const TYPES = [
  'REG_NONE',
  'REG_SZ',
  'REG_EXPAND_SZ',
  'REG_BINARY',
  'REG_DWORD',
  'REG_DWORD_BIG_ENDIAN',
  'REG_LINK',
  'REG_MULTI_SZ',
  'REG_RESOURCE_LIST',
  'REG_FULL_RESOURCE_DESCRIPTOR',
  'REG_RESOURCE_REQUIREMENTS_LIST',
  'REG_QWORD',
] as const

const TEXTS: ReadonlySet<string> = new Set(['REG_SZ', 'REG_EXPAND_SZ', 'REG_MULTI_SZ'])

/** UTF-16 up to its end mark; between texts, `\0` as `reg query` prints it. */
function textOf(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  return new TextDecoder('utf-16le').decode(bytes).replace(/\0+$/, '').replaceAll('\0', '\\0')
}

/** Windows doubles a backslash, whatever comes after it; line breaks stand as they are, or as `\r` and `\n` in wine. */
function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replace(/\\([\s\S])/g, (_, character: string) => BREAKS[character] ?? character)
    : text
}

const BREAKS: Readonly<Record<string, string>> = {r: '\r', n: '\n'}
