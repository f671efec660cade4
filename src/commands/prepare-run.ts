import {access, constants, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {loadChecks} from '../checks/index.ts'
import {createHostReader} from '../engine/host-reader.ts'
import type {CheckRun} from '../engine/run-checks.ts'
import {UserError} from '../errors.ts'
import type {RunOptions} from '../options/resolve.ts'
import {endpointsFor} from '../regions/endpoints-for.ts'
import {regionOf} from './region-of.ts'

/**
 * Puts together what a run of checks needs.
 *
 * @throws UserError for an unknown Region, a Region that is missing but needed, checks that are all left out, and a
 * place to write to that is none
 */
export async function prepareRun(options: RunOptions, signal: AbortSignal): Promise<CheckRun> {
  const checks = await loadChecks(options.only, options.skip)
  if (checks.length === 0) {
    throw new UserError('No check is left to run; give --only and --skip so that at least one remains.')
  }
  const needing = checks.find(({needsRegion}) => needsRegion)
  if (needing && options.region === null) {
    throw new UserError(
      `The check ${needing.id} needs a Region; give it with --region, for example --region eu-central-1, or set AWS_REGION.`,
    )
  }
  const region = regionOf(options)
  await requireWritable(options)
  return {
    checks,
    options: {...options, region: region?.code ?? null},
    endpoints: region && endpointsFor(region, options),
    reader: createHostReader(options.timeoutMs, signal),
  }
}

/** What is to be written at the end is tried before the run, not after it. */
async function requireWritable({output, outputInstaller}: RunOptions): Promise<void> {
  if (output !== null) {
    if ((await stat(output).catch(() => null))?.isDirectory()) {
      throw new UserError(`--output: ${output} is a directory; name a file in it.`)
    }
    await requireWritableDirectory('--output', dirname(output))
  }
  if (outputInstaller !== null) await requireWritableDirectory('--output-installer', outputInstaller)
}

async function requireWritableDirectory(flag: string, directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null)
  if (!found?.isDirectory()) {
    throw new UserError(`${flag}: there is no directory ${directory}; create it, or name another one.`)
  }
  await access(directory, constants.W_OK).catch((error: unknown) => {
    throw new UserError(`${flag}: ${directory} cannot be written to; name another directory.`, undefined, {
      cause: error,
    })
  })
}
