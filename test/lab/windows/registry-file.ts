/** What a test puts into the registry: a key's path below its hive to its values; a number is a REG_DWORD. */
export type RegistryContent = Readonly<Record<string, Readonly<Record<string, string | number | Uint8Array>>>>

/** A file for `reg import`: UTF-16 with a byte order mark. Keys of `cleared` are emptied first. */
export function registryFile(content: RegistryContent, cleared: readonly string[] = []): Buffer {
  const lines = ['Windows Registry Editor Version 5.00']
  for (const key of cleared) lines.push('', `[-${key}]`)
  for (const [key, values] of Object.entries(content)) {
    lines.push('', `[${key}]`)
    for (const [name, data] of Object.entries(values)) lines.push(`${quoted(name)}=${dataOf(data)}`)
  }
  return Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`, 'utf16le')
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function dataOf(data: string | number | Uint8Array): string {
  if (typeof data === 'string') return quoted(data)
  if (typeof data === 'number') return `dword:${data.toString(16).padStart(8, '0')}`
  return `hex:${[...data].map(byte => byte.toString(16).padStart(2, '0')).join(',')}`
}
