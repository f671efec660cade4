import type {CauseCode, Owner} from '../../contract/cause-codes.ts'
import {dnsSentences, tcpSentences} from './sentences-network.ts'
import {httpSentences, proxySentences, s3Sentences} from './sentences-service.ts'
import {tlsSentences} from './sentences-tls.ts'

/** What the sentences about a path are filled with. */
export type Scene = {
  readonly host: string
  readonly port: number
  /** This server's own address on that path, or its name where the address is not known. */
  readonly from: string
  /** The proxy in between, without credentials. */
  readonly proxy: string | null
  /** Who can mend it, where that is not the one that the code stands for. */
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

const TABLE: SentenceTable = {
  ...dnsSentences,
  ...tcpSentences,
  ...proxySentences,
  ...tlsSentences,
  ...httpSentences,
  ...s3Sentences,
}

/** What was found on a path, and whom to ask for what. */
export function explain(code: CauseCode, scene: Scene): Sentences {
  const sentences = TABLE[code]
  if (!sentences) throw new Error(`no sentence for ${code} on a network path`)
  return sentences(scene)
}
