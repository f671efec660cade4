import type {CauseCode, Owner} from '../../contract/cause-codes.ts'

/** What the sentences about a path are filled with. */
export type Scene = {
  readonly host: string
  readonly port: number
  /** This server's own address on that path, or its name where the address is not known. */
  readonly from: string
  /** The proxy in between, without credentials. */
  readonly proxy: string | null
  /** Who can fix it, where that is not the one that the code stands for. */
  readonly owner?: Owner
  /** Whether the host's addresses are private ones, as a VPC endpoint's are. */
  readonly isPrivate?: boolean
  /** Whose tools the advice names; this host's unless given. */
  readonly platform?: NodeJS.Platform
  /** What the layer saw, as a clause. */
  readonly detail: string
}

export type Sentences = {readonly summary: string; readonly nextStep: string}

export type SentenceTable = Partial<Record<CauseCode, (scene: Scene) => Sentences>>
