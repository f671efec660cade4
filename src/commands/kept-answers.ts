import {join} from 'node:path'
import * as z from 'zod/mini'
import {prepareStateDirectory, requireTrusted} from '../engine/repair/state-directory.ts'
import {readTrusted} from '../platform/files/trust.ts'
import {replaceFile} from '../platform/files/write.ts'
import {findRegion} from '../regions/find.ts'
import {
  ASKED_SCREENS,
  type AskedScreen,
  type KeptAnswers,
  type WizardAnswers,
} from '../screens/wizard-host.ts'
import {validateAnswers} from './wizard-answers.ts'

const FILE = 'answers.json'

const text = z.nullable(z.string())

const keptFile = z.object({
  schemaVersion: z.literal(1),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  answers: z.object({region: text, stagingSubnet: text, replicationServer: text}),
  through: z.array(z.enum(ASKED_SCREENS)),
  finished: z.boolean(),
})

export type KeptFile = z.infer<typeof keptFile>

/**
 * What the wizard was told last; null where nothing is known. Only a suggestion: whatever is wrong with the file, or
 * with an answer in it, the wizard asks. What another user could have written there is not suggested.
 */
export async function readKeptAnswers(directory: string): Promise<KeptFile | null> {
  let data: unknown
  try {
    if (!(await requireTrusted(directory))) return null
    data = JSON.parse(await readTrusted(join(directory, FILE)))
  } catch {
    return null
  }
  const kept = z.safeParse(keptFile, data)
  if (!kept.success || !stillValid(kept.data)) return null
  return kept.data
}

function stillValid({answers: {region, stagingSubnet, replicationServer}}: KeptFile): boolean {
  return (
    (region === null || findRegion(region) !== null) &&
    (stagingSubnet === null || validateAnswers.stagingSubnet(stagingSubnet) === null) &&
    (replicationServer === null || validateAnswers.replicationServer(replicationServer) === null)
  )
}

/** What the wizard offers to go on with: a run that was left before its end, and had been told something. */
export function resumable(kept: KeptFile | null): KeptAnswers | null {
  if (kept === null || kept.finished) return null
  const {answers, through, at} = kept
  return Object.values(answers).some(answer => answer !== null) ? {answers, through, at} : null
}

export type AnswerKeeper = {
  keep(answers: WizardAnswers, through: readonly AskedScreen[]): void
  /** Returns when everything is on the disk. */
  settle(): Promise<void>
  /** There is nothing to go on with any more: the Region is only suggested again. */
  finish(): Promise<void>
}

/** Keeps answers as they are given, one after the other; a disk that is full must not spoil the run. */
export function answerKeeper(directory: string): AnswerKeeper {
  let latest: KeptFile | null = null
  let writing = Promise.resolve()
  const write = (kept: KeptFile) => {
    latest = kept
    writing = writing.then(() => writeKept(directory, kept))
  }
  return {
    keep: (answers, through) =>
      write({
        schemaVersion: 1,
        at: new Date().toISOString(),
        answers,
        through: [...through],
        finished: false,
      }),
    settle: () => writing,
    async finish() {
      if (latest !== null) write({...latest, finished: true})
      await writing
    },
  }
}

async function writeKept(directory: string, kept: KeptFile): Promise<void> {
  try {
    await prepareStateDirectory(directory)
    await replaceFile(join(directory, FILE), `${JSON.stringify(kept, null, 2)}\n`, {own: true})
  } catch {
    // Only a suggestion for the next run.
  }
}
