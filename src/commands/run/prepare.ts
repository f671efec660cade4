import {access, constants, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {endpointsFor} from '../../aws/endpoints.ts'
import {loadChecks} from '../../checks/index.ts'
import {type CheckId, factsOf} from '../../contract/checks.ts'
import {UserError} from '../../contract/errors.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {createHostReader} from '../../engine/host-reader.ts'
import type {CheckRun} from '../../engine/run-checks.ts'
import {regionOf} from '../../options/region.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {describeFileError} from '../../platform/files/file-error.ts'
import {requireReplaceable} from '../../platform/files/write.ts'

/**
 * Puts together what a run of checks needs.
 *
 * @throws UserError for an unknown Region, a Region that is missing but needed, checks that are all left out, and
 * files that cannot be read or written
 */
export async function prepareRun(options: RunOptions, signal: AbortSignal): Promise<CheckRun> {
  const checks = await loadChecks(options.only, options.skip)
  if (checks.length === 0) {
    throw new UserError('No check is left to run; change --only or --skip so that at least one remains.')
  }
  const needing = checks.find(({needsRegion}) => needsRegion)
  if (needing && options.region === null) {
    throw new UserError(
      `The check ${needing.id} requires a Region: use --region, for example --region eu-central-1, or set AWS_REGION.`,
    )
  }
  const region = regionOf(options)
  await requireUsablePaths(
    options,
    checks.map(({id}) => id),
  )
  return {
    checks,
    options: {...options, region: region?.code ?? null},
    endpoints: region && endpointsFor(region, options),
    reader: createHostReader(options.timeoutMs, signal),
  }
}

/**
 * Tries the files that the options name before a run instead of in the middle of it or at its end.
 *
 * @throws UserError for a CA bundle that holds no certificates, and for a place to write to that is none
 */
export async function requireUsablePaths(options: RunOptions, checks: readonly CheckId[]): Promise<void> {
  const {output, outputInstaller} = options
  // To read them takes too long for checks that verify none.
  if (checks.some(id => factsOf(id).connects === 443)) await requireCertificates(options)
  if (output !== null) await requireWritableFile(output)
  if (outputInstaller !== null) await requireWritableDirectory('--output-installer', outputInstaller)
}

async function requireCertificates({caBundle, sources}: RunOptions): Promise<void> {
  if (caBundle === null) return
  const {ownRoots} = await import('../../platform/network/tls/roots.ts')
  await ownRoots(caBundle).catch((error: unknown) => {
    const source = sources.get('ca-bundle')
    if (!(error instanceof UserError) || source === undefined || source.kind === 'flag') throw error
    throw new UserError(`${source.name}: ${error.message}`, undefined, {cause: error})
  })
}

async function requireWritableFile(output: string): Promise<void> {
  const found = await stat(output).catch(() => null)
  if (found?.isDirectory()) throw new UserError(`--output: ${output} is a directory; use a file in it.`)
  // A pipe or device is written to as it is.
  if (found === null || found.isFile()) await requireWritableDirectory('--output', dirname(output))
  await requireReplaceable(output).catch((error: unknown) => {
    throw new UserError(
      `--output: ${output} cannot be written (${describeFileError(error)}); choose another file.`,
      undefined,
      {cause: error},
    )
  })
}

async function requireWritableDirectory(flag: string, directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null)
  if (!found?.isDirectory()) {
    throw new UserError(`${flag}: the directory ${directory} does not exist; create it, or use another one.`)
  }
  await access(directory, constants.W_OK).catch((error: unknown) => {
    throw new UserError(`${flag}: ${directory} is not writable; use another directory.`, undefined, {
      cause: error,
    })
  })
}

/** Says on stderr that nobody chooses a Region here, so that no latency is shown either. */
export function warnOfLatency({latency, quiet}: Pick<RunOptions, 'latency' | 'quiet'>): void {
  if (!latency || quiet) return
  process.stderr.write(
    `--latency has no effect here: it is for the Region question of the wizard, and for \`${ownCommandText('regions', '--latency')}\`.\n`,
  )
}
