import type {Remedy, Step} from '../../../contract/remedy.ts'
import * as boot from './boot-forms.ts'
import {IPTABLES_FILE_LINE, NFT_FILE_LINE, UFW_FILE_LINE, UNIT_ENABLED, UNIT_FILE} from './file-forms.ts'
import type {Bound} from './pattern.ts'
import {DIRECT_RULE, IPTABLES_RULE, NATIVE_RULE, PANIC, RICH_RULE, UFW_RULE} from './rule-forms.ts'
import {matchStep, type StepForm} from './step-form.ts'
import * as windows from './windows-forms.ts'

/**
 * Every form that a step of a plan may have. What the journal says is run only where it is of one of them, so that no
 * other command runs through it, no matter who wrote to it.
 *
 * A planner that makes a new kind of step needs a form here. Write it beside the planner's own builder of argv, word by
 * word: literal words as they are, what varies as a `slot` with the narrowest pattern that the planner can fill; a slot
 * that occurs in several commands of the step has the same name in all of them. Then add it to this list, and to the
 * lookers in `../remains/` where others may make something else of the change. A form stays when its planner goes: a
 * journal may have steps of it.
 *
 * The tests of the planners plan through `test/firewall/plan/planned.ts`, which fails on a step without a form;
 * `test/firewall/plan/grammar.test.ts` mutates what was planned, and fails on a form that is too wide.
 */
export const STEP_FORMS = [
  IPTABLES_RULE,
  NATIVE_RULE,
  UFW_RULE,
  DIRECT_RULE,
  RICH_RULE,
  PANIC,
  IPTABLES_FILE_LINE,
  UFW_FILE_LINE,
  NFT_FILE_LINE,
  UNIT_FILE,
  UNIT_ENABLED,
  boot.BOOT_FOLDER,
  boot.BOOT_PROGRAM_FILE,
  boot.BOOT_UNIT_FILE,
  boot.BOOT_UNIT_ENABLED,
  boot.BOOT_RULES_FILE,
  ...Object.values(windows),
] as const satisfies readonly StepForm[]

/** A step of a known form, with what varies in it. */
export type KnownStep = {readonly form: StepForm; readonly bound: Bound}

const REMEDY_ID = /^open-([1-9]\d{0,4})-[0-9a-f]{8}$/

/** @returns null for a step that no plan has */
export function knownStep(step: Step, remedyId: string): KnownStep | null {
  const port = REMEDY_ID.exec(remedyId)?.[1]
  if (port === undefined) return null
  for (const form of STEP_FORMS) {
    const bound = matchStep(form, step, {id: remedyId, port})
    if (bound) return {form, bound}
  }
  return null
}

/** What of a remedy no plan has, as a clause; null where all of it may be from a plan. */
export function misfitOf({
  id,
  steps,
  unitSteps = [],
}: Pick<Remedy, 'id' | 'steps' | 'unitSteps'>): string | null {
  if (!REMEDY_ID.test(id)) return 'no plan has a change of that name'
  const at = [...steps, ...unitSteps].findIndex(step => knownStep(step, id) === null)
  return at < 0 ? null : `no plan of this release has its step ${at + 1}`
}
