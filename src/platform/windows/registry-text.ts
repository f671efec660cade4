/** A value as `reg query` prints it; `data` is text, whatever the type. */
export type RegistryValue = {readonly name: string; readonly type: string; readonly data: string}

export type RegistryKey = {
  /** As printed, beginning with the hive's full name. */
  readonly path: string
  readonly values: readonly RegistryValue[]
}

/** `    NAME    REG_SZ    DATA`; empty data may lose its blanks on the way. */
const VALUE = /^ {4}(.*?) {4}(REG_[A-Z_]+)(?: {4}(.*)| *)$/

/**
 * Reads what `reg query` prints: a line for each key, its values behind it. A key without values of its own is printed
 * where it is a subkey of the one that was asked for. Data with line breaks goes on where no key or value begins.
 */
export function parseRegQuery(text: string): readonly RegistryKey[] {
  const keys: {path: string; values: {name: string; type: string; data: string}[]}[] = []
  for (const line of text.split(/\r?\n/)) {
    if (/^HKEY_/.test(line)) {
      keys.push({path: line.trimEnd(), values: []})
      continue
    }
    const values = keys.at(-1)?.values
    const match = VALUE.exec(line)
    const last = values?.at(-1)
    if (match?.[1] !== undefined && match[2] !== undefined)
      values?.push({name: match[1], type: match[2], data: match[3] ?? ''})
    else if (last && line !== '') last.data += `\n${line}`
  }
  return keys
}

/** The number of a REG_DWORD (`0x1f`); null for anything else. */
export function dwordOf({type, data}: RegistryValue): number | null {
  return type === 'REG_DWORD' && /^0x[0-9a-f]{1,8}$/i.test(data) ? Number(data) : null
}

/** The value of that name; names are the same in any case. */
export function valueNamed(values: readonly RegistryValue[], name: string): RegistryValue | undefined {
  return values.find(value => value.name.toLowerCase() === name.toLowerCase())
}
