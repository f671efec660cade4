import {loadChecks} from '../checks/index.ts'
import {createHostReader} from '../engine/host-reader.ts'
import type {CheckRun} from '../engine/run-checks.ts'
import {UserError} from '../errors.ts'
import type {RunOptions} from '../options/resolve.ts'
import {endpointsFor} from '../regions/endpoints-for.ts'
import {regionOf} from './region-of.ts'
import {requireUsablePaths} from './usable-paths.ts'

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
