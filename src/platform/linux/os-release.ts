/** The fields of os-release(5) that identify a system. */
export type OsRelease = {readonly id: string; readonly name: string; readonly versionId: string}

/**
 * Parses the text of `/etc/os-release`: shell-like assignments, values optionally quoted, as os-release(5) has it.
 * Absent fields take the defaults of that page (`linux`, `Linux`, empty).
 */
export function parseOsRelease(text: string): OsRelease {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const assignment = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line)
    if (assignment?.[1] && assignment[2] !== undefined) fields.set(assignment[1], unquote(assignment[2]))
  }
  return {
    id: fields.get('ID') || 'linux',
    name: fields.get('NAME') || 'Linux',
    versionId: fields.get('VERSION_ID') ?? '',
  }
}

function unquote(value: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(value)
  if (double?.[1] !== undefined) return double[1].replace(/\\(["\\$`])/g, '$1')
  const single = /^'([^']*)'/.exec(value)
  return single?.[1] ?? value
}
