import {describeResult, type RunCommand} from '../process/command.ts'
import {consoleCodePage, decodeConsole} from './console-text.ts'
import {exportKey} from './registry-file.ts'
import {dwordOf, parseRegQuery, type RegistryKey, type RegistryValue, valueNamed} from './registry-text.ts'
import {CONSOLE_QUESTION_MS} from './time-limits.ts'

/** `unreadable` says why in a clause; it is never the same as `absent`. */
export type KeyContent =
  | {readonly kind: 'read'; readonly values: readonly RegistryValue[]; readonly subkeys: readonly string[]}
  | {readonly kind: 'absent'}
  | {readonly kind: 'unreadable'; readonly reason: string}

export type Registry = {
  /** Values and names of subkeys of a key (`HKLM\…`); each key is read once. */
  read(key: string): Promise<KeyContent>
  /** The same for a key of many values and no subkeys: exact where names are in a script that the console has not. */
  readMany(key: string): Promise<KeyContent>
  /**
   * The same for what only adds to the picture: a key that cannot be read is taken for absent, without asking its
   * parents.
   */
  peek(key: string): Promise<KeyContent>
  /** A key and all below it; null where part of it may not be read, or there is no such key. */
  readTree(key: string): Promise<readonly RegistryKey[] | null>
  /** What a console program printed, as text. @param bytes one character for each byte */
  decode(bytes: string): Promise<string>
}

/**
 * Reads the registry through `reg query`, which every Windows has. What it says when it fails is in the host's language
 * and not looked at: a key that its parent does not list is absent, one that it lists may not be read.
 */
export function createRegistry(run: RunCommand, signal?: AbortSignal): Registry {
  const known = new Map<string, Promise<KeyContent>>()
  const view = registryView()
  const limits = {timeoutMs: CONSOLE_QUESTION_MS, encoding: 'latin1', ...(signal ? {signal} : {})} as const
  let codePage: Promise<number | null> | undefined

  const query = async (
    key: string,
    ...flags: readonly string[]
  ): Promise<string | {readonly failed: string; readonly ended: boolean}> => {
    const command = ['reg.exe', 'query', key, ...flags, ...view] as const
    const result = await run(command, limits)
    if (result.kind === 'exited' && result.code === 0) return result.stdout
    const clause =
      result.kind === 'exited'
        ? `\`${command.join(' ')}\` failed with exit code ${result.code}`
        : describeResult(command, result)
    return {failed: clause, ended: result.kind === 'exited'}
  }
  const registry: Registry = {
    async decode(bytes) {
      if (!/[\u0080-\u00ff]/.test(bytes)) return bytes
      codePage ??= consoleCodePage(run, signal)
      return decodeConsole(bytes, await codePage)
    },
    read(key) {
      const found = known.get(key) ?? readKey(key)
      known.set(key, found)
      return found
    },
    async readMany(key) {
      const exported = await exportKey(run, key, view, limits)
      const own = exported?.find(found => found.path.toLowerCase() === fullPath(key))
      return own ? {kind: 'read', values: own.values, subkeys: []} : registry.read(key)
    },
    async readTree(key) {
      const text = await query(key, '/s')
      return typeof text === 'string' ? parseRegQuery(await registry.decode(text)) : null
    },
    async peek(key) {
      const text = await query(key)
      return typeof text === 'string' ? decoded(key, text) : {kind: 'absent'}
    },
  }
  async function decoded(key: string, text: string): Promise<KeyContent> {
    return contentOf(key, await registry.decode(text))
  }
  async function readKey(key: string): Promise<KeyContent> {
    const text = await query(key)
    if (typeof text === 'string') return decoded(key, text)
    if (!text.ended) return {kind: 'unreadable', reason: text.failed}
    const [parent, name] = splitKey(key)
    if (parent === null) return {kind: 'unreadable', reason: text.failed}
    const above = await registry.read(parent)
    if (above.kind === 'absent') return above
    if (above.kind === 'unreadable') return {kind: 'unreadable', reason: above.reason}
    const listed = above.subkeys.some(subkey => subkey.toLowerCase() === name.toLowerCase())
    return listed ? {kind: 'unreadable', reason: `${key} cannot be read by this user`} : {kind: 'absent'}
  }
  return registry
}

/**
 * A program of 32 bits is shown another registry than the system's own, unless it asks for that.
 * Source: Microsoft Learn, "Registry Redirector"; reg query, `/reg:64`; "WOW64 Implementation Details".
 */
export function registryView(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  return environment.PROCESSOR_ARCHITEW6432 === undefined ? [] : ['/reg:64']
}

/** A key without values of its own is not printed itself; its subkeys are, by their paths alone. */
function contentOf(key: string, text: string): KeyContent {
  const path = fullPath(key)
  const keys = parseRegQuery(text)
  const own = keys.find(found => found.path.toLowerCase() === path)
  const subkeys = keys.filter(found => found !== own)
  return {
    kind: 'read',
    values: own?.values ?? [],
    subkeys: subkeys.map(found => found.path.slice(found.path.lastIndexOf('\\') + 1)),
  }
}

const HIVES: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKCU: 'HKEY_CURRENT_USER',
  HKU: 'HKEY_USERS',
}

function fullPath(key: string): string {
  return key.replace(/^[^\\]+/, hive => HIVES[hive] ?? hive).toLowerCase()
}

/** A hive has nothing above it. */
function splitKey(key: string): readonly [parent: string | null, name: string] {
  const at = key.lastIndexOf('\\')
  return at < 0 ? [null, key] : [key.slice(0, at), key.slice(at + 1)]
}

/** A key's REG_DWORD of that name; null where there is none. */
export function dword(content: KeyContent, name: string): number | null {
  const value = content.kind === 'read' ? valueNamed(content.values, name) : undefined
  return value ? dwordOf(value) : null
}

/** A key's text of that name; null where there is none, or nothing in it. */
export function text(content: KeyContent, name: string): string | null {
  const value = content.kind === 'read' ? valueNamed(content.values, name) : undefined
  return value?.data || null
}
