/** What `nft list ruleset` tells, from its JSON or its text; statements and expressions in the form of its JSON. */
export type NftDocument = {
  readonly tables: readonly NftTable[]
  /** Parts that could not be read, in words: rules may be missing. */
  readonly problems: readonly string[]
}

export type NftTable = {
  readonly family: string
  readonly name: string
  /** Its chains are out of work; null when that cannot be told. */
  readonly dormant: boolean | null
  /** In the order in which they were made. */
  readonly chains: readonly NftChain[]
  /** Sets and maps by name. */
  readonly sets: ReadonlyMap<string, NftSet>
}

export type NftHook = {
  readonly type: string
  readonly name: string
  /** Null when it was not understood. */
  readonly priority: number | null
  readonly policy: string
  /** Null when the chain has devices and they are not known. */
  readonly devices: readonly string[] | null
  /** As `nft list` prints it. */
  readonly text: string
}

export type NftChain = {
  readonly name: string
  /** Null for a chain that other chains call. */
  readonly hook: NftHook | null
  readonly rules: readonly NftRule[]
}

export type NftRule = {
  /** Null when the rule was not understood. */
  readonly statements: readonly unknown[] | null
  readonly text: string
}

export type NftSet = {
  readonly name: string
  /** Keys of a set; pairs of key and value of a map. */
  readonly elements: readonly unknown[]
  /** How many elements it may hold, when it says so. */
  readonly size: number | null
  /** Whether an element counts depends on more than its key. */
  readonly unsure: boolean
}

export type JsonObject = {readonly [key: string]: unknown}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The only member of an object, which names what it is; null for anything else. */
export function tagged(value: unknown): readonly [tag: string, body: unknown] | null {
  if (!isObject(value)) return null
  const members = Object.entries(value)
  return members.length === 1 && members[0] ? members[0] : null
}
