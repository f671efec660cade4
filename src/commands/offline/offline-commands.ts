import type {Command} from 'commander'
import {UserError} from '../../contract/errors.ts'
import type {ExitCode} from '../../contract/exit-codes.ts'
import type {RunOptions} from '../../options/resolve.ts'
import {command, examples, withDocument, withFlags, withFormat} from '../declare.ts'
import type {DocumentFlags} from './document.ts'
import type {CommandResult} from './format.ts'

type Flags = Readonly<Record<string, unknown>> & DocumentFlags

const EXPLAIN_EXIT_CODES = `
Exit codes: 0 allowed · 2 usage, or an invalid file · 3 blocked · 5 cannot be decided from the rules. With
several probes the worst one counts, blocked before undecided.`

const DIAGNOSE_EXAMPLES = [
  ['diagnose', 'the logs of this server'],
  ['diagnose aws_replication_agent_installer.log agent.log.0', 'those of another one'],
  ['diagnose --json - < aws_replication_agent_installer.log', 'for scripts'],
] as const

const DIAGNOSE_EXIT_CODES = `

Exit codes: 0 installed, or no known cause · 2 usage, or not such a log · 3 a cause was found.`

/**
 * Commands that look at no host: they answer from what they are given and from the data of this tool, on any machine.
 * `diagnose` reads the logs of this host if none is given. None but `regions --latency` connects to anything.
 */
export function addOfflineCommands(
  program: Command,
  environment: NodeJS.ProcessEnv,
  exit: (code: ExitCode) => void,
): void {
  const print = async (flags: DocumentFlags, run: (format: string | undefined) => Promise<CommandResult>) => {
    const {askedFormat, deliverDocument} = await import('./document.ts')
    const result = await run(askedFormat(flags))
    await deliverDocument(result, flags)
    exit(result.exitCode)
  }
  // The formats of these commands are their own.
  const resolve = async ({format: _, ...flags}: Flags) =>
    (await import('../../options/resolve.ts')).resolveOptions(flags, environment)

  withFormat(
    withFlags(
      command(
        program,
        'explain',
        'check a connection against a captured firewall state, on any machine: which rule blocks it',
      )
        .option('--state <file>', 'output of drs-onboard capture, or - for stdin')
        .option('--to <address|cidr>', 'the destination')
        .option('--port <number>', 'the port')
        .option('--protocol <tcp|udp>', 'of UDP, a datagram and the answer to it (default tcp)')
        .option('--uid <number>', 'user ID of the connecting process, on Linux (default 0, root)')
        .option(
          '--gid <numbers>',
          "group IDs of that process, on Linux, primary first: 0 or 0,104 (default the user's, if known)",
        )
        .option('--program <path>', 'path of the connecting program, on Windows (default any)')
        .option(
          '--probes <file>',
          'file of probes in JSON Lines {"to", "port", "protocol", "uid", "gid", "program"}, or - for stdin',
        ),
      ['json', 'output', 'quiet', 'no-color', 'verbose'],
    ),
    'text or json; json with --probes is one judgement a line',
  )
    .addHelpText('after', EXPLAIN_EXIT_CODES)
    .action(async (flags: Flags) => {
      const {explainCommand} = await import('../explain/explain.ts')
      exit(await explainCommand(flags))
    })

  withDocument(
    withFlags(command(program, 'regions', 'list the AWS Regions, with endpoints and the date of the data'), [
      'latency',
      'dualstack',
      'proxy-address',
      'timeout',
    ]),
    'text, json, csv or markdown',
  ).action((flags: Flags) =>
    print(flags, async format => {
      const {regionsCommand} = await import('./regions.ts')
      if (!flags.latency) return regionsCommand({format})
      const [{regionLatency}, options] = await Promise.all([import('./region-latency.ts'), resolve(flags)])
      return regionsCommand({format, latency: regionLatency(options)})
    }),
  )

  withDocument(
    withFlags(
      command(
        program,
        'endpoints',
        'print the allow-list for a corporate firewall: hosts, ports, directions, reasons',
      ),
      ['region', 'staging-subnet', 'endpoint', 's3-endpoint', 'dualstack', 'fips'],
    ),
    'text, json, csv or markdown',
  ).action((flags: Flags) =>
    print(flags, async format => {
      const {endpointsCommand} = await import('./endpoints.ts')
      const options = await resolve(flags)
      return endpointsCommand({...options, region: await requireRegion(options), format})
    }),
  )

  const policy = withDocument(
    withFlags(command(program, 'policy', 'print the S3 VPC endpoint policy for the Region, as JSON'), [
      'region',
    ]),
    null,
  )
    .enablePositionalOptions()
    .action((flags: Flags) =>
      print(flags, async () => {
        const {policyCommand} = await import('./policy.ts')
        return policyCommand({region: await requireRegion(await resolve(flags))})
      }),
    )

  withDocument(
    withFlags(
      command(
        policy,
        'check',
        'list the buckets of the Region that a policy document does not allow',
      ).argument('<file>', 'the policy document, JSON'),
      ['region'],
    ),
    'text, json or markdown',
  ).action((file: string, flags: Flags) =>
    print(flags, async format => {
      const {policyCheckCommand} = await import('./policy-check.ts')
      const options = await resolve({...policy.opts(), ...flags})
      return policyCheckCommand({file, region: await requireRegion(options), format})
    }),
  )

  withDocument(
    command(
      program,
      'diagnose',
      'say from the logs why an installation of the AWS Replication Agent failed, and who can fix it',
    )
      .argument(
        '[files...]',
        'logs of the installer or the agent, or - for stdin (default: those of this server)',
      )
      .option('--all', 'also list causes of earlier runs of the installer'),
    'text, json or markdown',
  )
    .addHelpText('after', () => examples(...DIAGNOSE_EXAMPLES) + DIAGNOSE_EXIT_CODES)
    .action((files: readonly string[], flags: Flags) =>
      print(flags, async format => {
        const {diagnoseCommand} = await import('./diagnose.ts')
        return diagnoseCommand({files, all: flags.all === true, format})
      }),
    )

  withDocument(
    command(
      program,
      'schema',
      'print the JSON Schema of the report or of a captured firewall state',
    ).argument('[document]', 'report or firewall-state', 'report'),
    null,
  ).action((document: string, flags: Flags) =>
    print(flags, async () => (await import('./schema.ts')).schemaCommand(document)),
  )
}

async function requireRegion(options: RunOptions): Promise<string> {
  const {regionOf} = await import('../../options/region.ts')
  const region = regionOf(options)
  if (region) return region.code
  throw new UserError(
    'A Region is required: use --region, for example --region eu-central-1, or set AWS_REGION.',
  )
}
