import * as z from 'zod'
import {CAUSE_CODES, OWNERS, STATUSES} from '../contract/cause-codes.ts'
import {CHECK_IDS} from '../contract/checks.ts'
import {ENGINES} from '../contract/engines.ts'
import {type Evidence, LAYERS} from '../contract/evidence.ts'
import type {JsonValue} from '../contract/finding.ts'
import type {Report} from './report.ts'

/** Exactly as handed to the operating system. */
export const command = z
  .tuple([z.string()], z.string())
  .describe('A program and its arguments; no shell in between.')

const step = z.strictObject({
  title: z.string(),
  do: command,
  input: z.string().optional().describe('Standard input of `do`.'),
  undo: command.describe('`{handle}` is the number behind `# handle` on the line that `mark` finds.'),
  alreadyDone: command.nullable().describe('Exit code 0: the change is already in place.'),
  mark: z
    .string()
    .optional()
    .describe('If given, the change is in place only if `alreadyDone` also prints a line with this text.'),
  edits: z.string().optional().describe('The file that the step edits; a copy is kept.'),
  test: command
    .optional()
    .describe('Must exit with 0 before and after `do`: the edited file is still valid.'),
  sharedIn: z
    .string()
    .optional()
    .describe('A directory with a `*.rules` file for each fix that the step serves; the last one undoes it.'),
  afterUndo: command.optional().describe('Run once the step is undone; that it fails does not count.'),
  verify: command
    .optional()
    .describe(
      'Tries what was written, changing nothing. Exit code 0: works, 1: does not, else: not verified.',
    ),
  lasting: z.boolean().optional().describe('Run once the steps before it are verified.'),
  persists: z.boolean().describe('Whether the change survives a reboot.'),
})

/** A remedy of the plan, as the report has it. */
export const remedy = z.strictObject({
  id: z.string(),
  title: z.string(),
  why: z.string(),
  check: z.enum(CHECK_IDS),
  fixes: z.enum(CAUSE_CODES),
  risk: z.enum(['additive', 'disruptive']),
  steps: z.array(step),
  lastingAdvice: z.string().optional().describe('How to make the change permanent, if no step does.'),
  unitSteps: z
    .array(step)
    .optional()
    .describe('Steps of --persist-unit, if no service restores rules at boot.'),
  preview: z
    .array(
      z.strictObject({
        of: z.string().describe('A chain, a rule of Windows Firewall, or the path of a file.'),
        lines: z.array(z.string()).describe('A unified diff; in a chain, line n is rule n.'),
      }),
    )
    .optional()
    .describe('What the steps change, before and after, as simulated.'),
})

/** How a remedy ended. */
export const applied = z.strictObject({
  id: z.string().describe('Reverts the change: drs-onboard undo ID.'),
  remedy: z.string(),
  at: z.iso.datetime(),
  result: z.enum(['kept', 'rolled-back', 'failed']),
  reason: z.string().nullable(),
  persists: z.boolean().describe('Whether it survives a reboot.'),
  persistence: z
    .literal('not-verified')
    .exactOptional()
    .describe(
      'It is written down for the next boot, but whether that works was not verified; `reason` says why.',
    ),
  probes: z
    .array(
      z.strictObject({
        to: z.string().describe('address:port, IPv6 as [address]:port.'),
        outcome: z.enum([
          'answered',
          'refused',
          'reset',
          'silent',
          'stalled',
          'unreachable',
          'forbidden',
          'no-way',
        ]),
      }),
    )
    .exactOptional()
    .describe('The connections that tested it.'),
})

const status = z.enum(STATUSES)
const code = z.enum(CAUSE_CODES)
const check = z.enum(CHECK_IDS)
const milliseconds = z.number().nonnegative()
const count = z.int().nonnegative()

const layer = z.strictObject({
  layer: z.enum(LAYERS),
  status,
  code,
  ms: milliseconds,
  detail: z.string(),
})

const blocker = z.strictObject({
  engine: z.enum(ENGINES),
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  rule: z
    .union([z.number(), z.string()])
    .describe('Number in its chain from 1, "policy", or a Windows rule id.'),
  text: z.string(),
})

const answer = {
  verdict: z.enum(['allow', 'block', 'unknown']),
  stage: z.enum(['out-syn', 'in-synack', 'out-data', 'in-data']).nullable(),
  blocker: blocker.nullable(),
  how: z.enum(['drop', 'reject']).nullable(),
  redirectedTo: z.string().nullable(),
  nothingListens: z
    .literal(true)
    .exactOptional()
    .describe('Blocked because nothing listens on `redirectedTo`.'),
  reason: z.string(),
  unknownBecause: z.array(z.string()),
  warnings: z.array(z.string()),
  neighbourDiscovery: z
    .strictObject({
      nextHop: z.string(),
      icmpv6Type: z.literal([135, 136]),
      way: z.enum(['out', 'in']),
      blocker,
    })
    .exactOptional()
    .describe('IPv6 neighbor discovery that a rule of this host blocks.'),
  arp: z
    .strictObject({
      nextHop: z.string(),
      operation: z.enum(['request', 'reply']),
      way: z.enum(['out', 'in']),
      blocker,
    })
    .exactOptional()
    .describe('ARP for the IPv4 next hop that a rule of this host blocks.'),
  routing: z
    .strictObject({by: z.enum(['route', 'routing-rule', 'no-route', 'reverse-path']), text: z.string()})
    .exactOptional()
    .describe('The route or routing rule of this host that blocks it; not a firewall rule.'),
}

const judgement = z.strictObject({
  ...answer,
  parts: z.array(z.strictObject({...answer, to: z.string()})),
})

const json: z.ZodType<JsonValue> = z.json()

const evidence: z.ZodType<Evidence> = z
  .object({
    layers: z.array(layer).exactOptional(),
    judgement: judgement.exactOptional(),
    neighbours: z
      .array(
        z.strictObject({
          number: z.union([z.int(), z.literal('policy')]),
          text: z.string(),
          decides: z.boolean(),
        }),
      )
      .exactOptional()
      .describe('The blocking rule with the rules before and after it in its chain.'),
  })
  .catchall(json)
  .describe('Facts that support the finding. Open: a check may add facts of its own.')

const finding = z.strictObject({
  check,
  target: z.string().nullable(),
  status,
  code,
  owner: z.enum(OWNERS).nullable().describe('Who can fix it; null if no fix is needed.'),
  summary: z.string(),
  nextStep: z.string().nullable(),
  evidence,
  remedies: z.array(z.string()).describe('Ids in `plan.remedies`.'),
  durationMs: milliseconds,
})

const host = z.strictObject({
  hostname: z.string(),
  platform: z.enum(['linux', 'win32']),
  os: z.string(),
  osVersion: z.string(),
  kernel: z.string(),
  arch: z.string(),
  addresses: z.array(z.string()).describe('The source addresses of connections.'),
  firewall: z.strictObject({
    manager: z
      .enum([
        'ufw',
        'firewalld',
        'nftables.service',
        'netfilter-persistent',
        'iptables-services',
        'csf',
        'shorewall',
        'ferm',
        'SuSEfirewall2',
        'windows-firewall',
      ])
      .nullable(),
    engines: z.array(z.string()),
    alsoWrittenBy: z.array(z.string()).describe('Other programs that write rules at run time.'),
  }),
})

/** Schema version 1 of the report. Published by `drs-onboard schema report`. */
export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({name: z.string(), version: z.string()}),
  startedAt: z.iso.datetime(),
  durationMs: milliseconds,
  host: host.nullable(),
  options: z.record(z.string(), json).describe("The run's options, without secrets."),
  findings: z.array(finding),
  plan: z.strictObject({remedies: z.array(remedy)}),
  applied: z.array(applied),
  counts: z.strictObject({pass: count, warn: count, fail: count, skip: count, error: count}),
  outcome: z
    .enum(['ready', 'ready-with-warnings', 'incomplete', 'not-ready'])
    .describe('incomplete: nothing fails, but a check that readiness requires was not run or not decided.'),
  next: command.nullable().describe('The one command to run next; replace the words in capitals.'),
  installCommand: command.nullable(),
})

type DeepReadonly<T> = JsonValue extends T
  ? T
  : T extends object
    ? {readonly [K in keyof T]: DeepReadonly<T[K]>}
    : T
type Agree<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
type Assert<T extends true> = T

/** Fails to compile when the schema and the `Report` type part ways. */
export type ReportSchemaAgrees = Assert<Agree<Report, DeepReadonly<z.infer<typeof reportSchema>>>>
