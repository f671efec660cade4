import {join} from 'node:path'
import * as z from 'zod/mini'
import {findRegion} from '../../aws/find-region.ts'
import {InvalidValue, UserError} from '../../contract/errors.ts'
import {OPTIONS} from '../../options/options.ts'
import {regionOf} from '../../options/region.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {parseCidr, parseServer} from '../../options/values.ts'
import {readTrusted} from '../../platform/files/trust.ts'
import {replaceFile} from '../../platform/files/write.ts'
import {prepareStateDirectory, requireTrusted} from '../../repair/journal/state-directory.ts'
import {
  ASKED_SCREENS,
  type AskedScreen,
  type KeptAnswers,
  type Validate,
  type WizardAnswers,
  type WizardInitial,
} from '../../screens/flow/wizard-host.ts'

/** The run's options with what the wizard asked for. The answers have been found valid as they were typed. */
export function optionsWith(options: RunOptions, answers: WizardAnswers): RunOptions {
  return {
    ...options,
    region: answers.region,
    stagingSubnet: answers.stagingSubnet && parseCidr(answers.stagingSubnet),
    replicationServer: answers.replicationServer === null ? null : parseServer(answers.replicationServer),
  }
}

/** What the wizard asks for before it checks. */
const ASKED = [
  'region',
  'stagingSubnet',
  'replicationServer',
] as const satisfies readonly (keyof WizardAnswers)[]

/**
 * What the wizard starts from: flags, the config file and the environment answer, the last run only suggests. What the
 * environment says may be meant for something else, so that the question is still there to go back to.
 *
 * @throws UserError for a Region that does not exist
 */
export function initialAnswers(options: RunOptions, lastRegion: string | null): WizardInitial {
  const {replicationServer: server, sources} = options
  const fromEnvironment = sources.get('region')?.kind === 'environment'
  return {
    region: regionOf(options)?.code ?? lastRegion,
    stagingSubnet: options.stagingSubnet,
    replicationServer:
      server && `${server.host.includes(':') ? `[${server.host}]` : server.host}:${server.port}`,
    answered: new Set(
      ASKED.filter(answer => {
        const kind = sources.get(OPTIONS[answer].key)?.kind
        return kind === 'flag' || kind === 'file'
      }),
    ),
    regionGiven: fromEnvironment,
    regionFrom: fromEnvironment
      ? (sources.get('region')?.name ?? null)
      : options.region === null && lastRegion !== null
        ? 'the last run'
        : null,
  }
}

export const validateAnswers: {readonly stagingSubnet: Validate; readonly replicationServer: Validate} = {
  stagingSubnet: text => complaint('The staging area subnet', () => parseCidr(text)),
  replicationServer: text => complaint('The replication server', () => parseServer(text)),
}

function complaint(subject: string, parse: () => unknown): string | null {
  try {
    parse()
    return null
  } catch (error) {
    if (error instanceof InvalidValue || error instanceof UserError) return `${subject} ${error.message}.`
    throw error
  }
}

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

type KeptFile = z.infer<typeof keptFile>

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
