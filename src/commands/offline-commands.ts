import type {Command} from 'commander'
import {UserError} from '../errors.ts'
import type {ExitCode} from '../exit-codes.ts'
import type {RunOptions} from '../options/resolve.ts'
import {command, withFlags, withFormat} from './declare.ts'
import type {CommandResult} from './result.ts'

type Flags = Readonly<Record<string, unknown>>

const EXPLAIN_EXIT_CODES = `
Exit codes: 0 allowed · 2 usage, or a file that cannot be used · 3 blocked · 5 cannot be decided from the rules; of
several probes the worst counts, blocked before undecided.`

/**
 * Commands that look at no host: they answer from what they are given and from the data of this tool, on any machine.
 * None but `regions --latency` connects to anything.
 */
export function addOfflineCommands(
  program: Command,
  environment: NodeJS.ProcessEnv,
  exit: (code: ExitCode) => void,
): void {
  const print = ({stdout, stderr, exitCode}: CommandResult) => {
    process.stderr.write(stderr)
    process.stdout.write(stdout)
    exit(exitCode)
  }
  const resolve = async (flags: Flags) =>
    (await import('../options/resolve.ts')).resolveOptions(flags, environment)

  withFormat(
    withFlags(
      command(
        program,
        'explain',
        'judge a captured firewall state on any machine: which rule stops it, and where',
      )
        .option('--state <file>', 'the state that drs-onboard capture printed; - for standard input')
        .option('--to <address|cidr>', 'the destination')
        .option('--port <number>', 'the TCP port')
        .option('--uid <number>', 'the user that connects, on Linux (default 0, root)')
        .option(
          '--gid <numbers>',
          "its groups, on Linux, its own first: 0 or 0,104 (default the user's, where known)",
        )
        .option('--program <path>', 'the program that connects, on Windows (default any)')
        .option(
          '--probes <file>',
          'many of them, JSON Lines {"to", "port", "uid", "gid", "program"}; - for standard input',
        ),
      ['json', 'no-color', 'verbose'],
    ),
    'text or json; json with --probes is one judgement a line',
  )
    .addHelpText('after', EXPLAIN_EXIT_CODES)
    .action(async (flags: Flags) => {
      const {explainCommand} = await import('./explain.ts')
      exit(await explainCommand(flags))
    })

  withFormat(
    withFlags(command(program, 'regions', 'the AWS Regions known, with endpoints and the date of the data'), [
      'latency',
      'dualstack',
      'proxy-address',
      'timeout',
    ]),
    'text, json, csv or markdown',
  ).action(async ({format, ...flags}: Flags & {format?: string}) => {
    const {regionsCommand} = await import('./regions.ts')
    if (!flags.latency) return print(await regionsCommand({format}))
    const [{regionLatency}, options] = await Promise.all([import('./region-latency.ts'), resolve(flags)])
    print(await regionsCommand({format, latency: regionLatency(options)}))
  })

  withFormat(
    withFlags(
      command(
        program,
        'endpoints',
        'the allow-list for a corporate firewall: hosts, ports, directions, reasons',
      ),
      ['region', 'staging-subnet', 'endpoint', 's3-endpoint', 'dualstack', 'fips'],
    ),
    'text, json, csv or markdown',
  ).action(async ({format, ...flags}: Flags & {format?: string}) => {
    const {endpointsCommand} = await import('./endpoints.ts')
    const options = await resolve(flags)
    print(await endpointsCommand({...options, region: await requireRegion(options), format}))
  })

  const policy = withFlags(command(program, 'policy', 'the S3 VPC endpoint policy for the Region'), [
    'region',
  ])
    .enablePositionalOptions()
    .action(async (flags: Flags) => {
      const {policyCommand} = await import('./policy.ts')
      print(await policyCommand({region: await requireRegion(await resolve(flags))}))
    })

  withFormat(
    withFlags(
      command(
        policy,
        'check',
        'name each bucket of the Region that a policy document does not allow',
      ).argument('<file>', 'the policy document, JSON'),
      ['region'],
    ),
    'text, json or markdown',
  ).action(async (file: string, {format, ...flags}: Flags & {format?: string}) => {
    const {policyCheckCommand} = await import('./policy-check.ts')
    const options = await resolve({...policy.opts(), ...flags})
    print(await policyCheckCommand({file, region: await requireRegion(options), format}))
  })

  command(program, 'schema', 'the JSON Schema of the report or of a captured firewall state')
    .argument('[document]', 'report or firewall-state', 'report')
    .action(async (document: string) => {
      const {schemaCommand} = await import('./schema.ts')
      print(await schemaCommand(document))
    })
}

async function requireRegion(options: RunOptions): Promise<string> {
  const {regionOf} = await import('./region-of.ts')
  const region = regionOf(options)
  if (region) return region.code
  throw new UserError(
    'A Region is needed; give it with --region, for example --region eu-central-1, or set AWS_REGION.',
  )
}
