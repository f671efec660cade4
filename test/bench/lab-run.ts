import {spawnSync} from 'node:child_process'
import type {Argv} from '../lab/lib/host.ts'
import type {Lab} from '../lab/lib/lab.ts'

/** What most servers are connected with. */
const LINK = ['rate', '1gbit', 'burst', '256kb', 'latency', '50ms']

/** Makes what comes to the source server come at 1 Gbit/s; otherwise as fast as the processors are. */
export async function limitLink({router}: Lab): Promise<void> {
  await router.must(['tc', 'qdisc', 'replace', 'dev', 'source', 'root', 'tbf', ...LINK])
}

/**
 * Runs a program on the source server to its end, without any output. Returns milliseconds.
 *
 * @throws Error when it ends otherwise than with one of the exit codes.
 */
export function time({source, certificates}: Lab, argv: Argv, exitCodes: readonly number[] = [0]): number {
  const [program, ...args] = source.enter(argv)
  const env = source.environment({AWS_CA_BUNDLE: certificates.caFile})
  const startedAt = performance.now()
  const {status, error, stderr} = spawnSync(program, args, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const milliseconds = performance.now() - startedAt
  if (error) throw error
  if (status === null || !exitCodes.includes(status))
    throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  return milliseconds
}

/** The arguments of curl that fetch a URL whole and keep nothing. */
export const fetching = ({certificates}: Lab, url: string): Argv => [
  'curl',
  '-sS',
  '--cacert',
  certificates.caFile,
  '-o',
  '/dev/null',
  url,
]

/** Address of the agent's installer for Linux. */
export const installerUrl = ({region}: Lab): string =>
  `https://aws-elastic-disaster-recovery-${region}.s3.${region}.amazonaws.com/latest/linux/aws-replication-installer-init`
