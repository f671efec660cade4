import {UserError} from '../errors.ts'
import {OPTIONS} from '../options/options.ts'
import type {RunOptions} from '../options/resolve.ts'
import {InvalidValue, parseCidr, parseServer} from '../options/values.ts'
import type {Validate, WizardAnswers, WizardInitial} from '../screens/wizard-host.ts'
import {regionOf} from './region-of.ts'

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
