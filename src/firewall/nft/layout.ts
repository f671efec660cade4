/** The lines of `nft list ruleset`, sorted into tables and chains but not yet understood. */
export type Layout = {
  /** By family and name. */
  readonly tables: ReadonlyMap<string, TableLayout>
  /** The text ends inside a table, or holds lines outside of all tables. */
  readonly problems: readonly string[]
}

export type TableLayout = {
  readonly family: string
  readonly name: string
  readonly dormant: boolean
  readonly chains: ReadonlyMap<string, ChainLayout>
  /** The lines of each set and map. */
  readonly sets: ReadonlyMap<string, readonly string[]>
}

export type ChainLayout = {
  readonly header: Header | null
  /** One rule a line, as printed. */
  readonly rules: readonly string[]
}

export type Header = {readonly text: string; readonly devices: readonly string[] | null}

type TableDraft = TableLayout & {
  dormant: boolean
  readonly chains: Map<string, ChainLayout>
  readonly sets: Map<string, readonly string[]>
}

type Block = {readonly kind: string; readonly name: string; readonly lines: string[]}

/** Never throws: what does not fit is a problem. */
export function layOut(text: string): Layout {
  const tables = new Map<string, TableDraft>()
  const problems: string[] = []
  let table: TableDraft | null = null
  let block: Block | null = null
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    if (!table) {
      table = startTable(line)
      if (table) tables.set(`${table.family} ${table.name}`, table)
      else problems.push(line.slice(0, 200))
    } else if (block) {
      if (line === '}') {
        endBlock(table, block)
        block = null
      } else block.lines.push(line)
    } else if (line === '}') table = null
    else if (/^flags /.test(line)) table.dormant = /\bdormant\b/.test(line)
    else block = startBlock(line)
  }
  if (text.includes('\0')) problems.push('NUL bytes, as in a damaged file')
  if (table) problems.push(`the text ends inside table ${table.family} ${table.name}`)
  if (table && block) endBlock(table, block)
  return {tables, problems}
}

function startTable(line: string): TableDraft | null {
  const match = /^table (\S+) (\S+) \{/.exec(line)
  if (!match?.[1] || !match[2]) return null
  return {family: match[1], name: match[2], dormant: false, chains: new Map(), sets: new Map()}
}

/** Null for a line of its own, such as a table's comment. */
function startBlock(line: string): Block | null {
  const match = /^(\S+(?: \S+)?) (\S+) \{/.exec(line)
  return match?.[1] && match[2] ? {kind: match[1], name: match[2], lines: []} : null
}

function endBlock(table: TableDraft, {kind, name, lines}: Block): void {
  if (kind === 'set' || kind === 'map') table.sets.set(name, lines)
  if (kind !== 'chain') return
  const header = lines.find(line => /^type \S+ hook /.test(line))
  table.chains.set(name, {
    header: header === undefined ? null : readHeader(header),
    rules: lines.filter(line => line !== header && !/^comment "/.test(line)),
  })
}

function readHeader(text: string): Header {
  const listed = /\bdevices = \{([^}]*)\}/.exec(text)?.[1] ?? /\bdevice (\S+)/.exec(text)?.[1]
  const devices = listed?.split(',').map(name => name.trim().replace(/^"|"$/g, ''))
  return {text, devices: devices?.filter(name => name !== '') ?? null}
}
