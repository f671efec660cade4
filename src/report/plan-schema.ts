import * as z from 'zod'
import {CAUSE_CODES} from '../contract/cause-codes.ts'
import {CHECK_IDS} from '../contract/checks.ts'

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
