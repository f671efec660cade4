import type {CauseCode} from '../../contract/cause-codes.ts'
import type {Scene, Sentences, SentenceTable} from './scene.ts'
import {dnsSentences, tcpSentences} from './sentences-network.ts'
import {httpSentences, proxySentences, s3Sentences} from './sentences-service.ts'
import {tlsSentences} from './sentences-tls.ts'

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
