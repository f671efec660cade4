import {createHash} from 'node:crypto'
import type {Blocker, Judgement} from '../../contract/judgement.ts'
import type {Preview, Remedy, Step} from '../../contract/remedy.ts'
import {unifiedDiff} from '../../lib/unified-diff.ts'
import {blockCause} from '../block-cause.ts'
import {previewChanges} from '../listing/preview.ts'
import type {Persistence} from '../state/managers.ts'
import type {FirewallState} from '../state/state.ts'
import {changeComment} from './accept-rule.ts'
import type {BootRule} from './boot/rules-file.ts'
import {bootUnit, NO_CONSENT, NO_SYSTEMD} from './boot/unit.ts'
import {describeBlocker, type Need, type Opening, type Proposal} from './engine-planner.ts'
import {RuleFiles} from './rule-files.ts'

/** A change that is part of the plan, and what it is there for. */
export type Change = {
  readonly proposal: Proposal
  readonly judgement: Judgement
  readonly blocker: Blocker
  readonly opening: Opening
}

/** The changes of a plan as one remedy: all of them or none. `first` is what the remedy is there for. */
export function remedyOf(
  state: FirewallState,
  need: Need,
  persistence: Persistence,
  changes: readonly Change[],
  first: Change,
): Remedy {
  const id = remedyId(state, need, changes)
  const blockers = new Set(
    changes.map(
      ({blocker, judgement: {verdict, nothingListens, redirectedTo}}) =>
        `${verdict === 'unknown' ? 'perhaps ' : ''}by ${describeBlocker(blocker)}${nothingListens ? `, which redirects it to ${redirectedTo}, where nothing listens` : ''}`,
    ),
  )
  return {
    id,
    title: titleOf(need, changes),
    why: `Blocked ${[...blockers].join(', then ')}.`,
    check: need.check,
    fixes: blockCause(first.judgement),
    risk: changes.some(({proposal}) => proposal.risk === 'disruptive') ? 'disruptive' : 'additive',
    ...stepsOf(state, changes, id, persistence),
  }
}

function titleOf({port, destination, connections}: Need, changes: readonly Change[]): string {
  const listed = (words: readonly string[]) => [...new Set(words)].join(' and ')
  const protocols = listed(changes.map(({opening}) => opening.protocol.toUpperCase()))
  const to = connections ? listed(changes.map(({opening}) => opening.to)) : destination
  return `Allow outbound ${protocols} ${port}${to === null ? '' : ` to ${to}`} in the host firewall`
}

/** The steps that open, then those that make it last: all of these or none, half of a repair is none after a boot. */
function stepsOf(
  state: FirewallState,
  changes: readonly Change[],
  id: string,
  persistence: Persistence,
): Pick<Remedy, 'steps' | 'lastingAdvice' | 'unitSteps' | 'preview'> {
  const label = `drs-onboard:${id}`
  const files = new RuleFiles(persistence.files, persistence.uneditable)
  const now = changes.map(({proposal}, index) => proposal.step(label, index))
  const preview = previewChanges(
    [state, ...changes.map(({proposal}) => proposal.state)],
    changes.map((_, index) => changeComment(label, index)),
  )
  const later: Step[] = []
  const atBoot: BootRule[] = []
  for (const [index, {proposal}] of changes.entries()) {
    const lasting = proposal.lasting(label, index, files)
    if (typeof lasting === 'string') return {steps: now, lastingAdvice: lasting, preview}
    if ('atBoot' in lasting) atBoot.push(lasting.atBoot)
    else later.push(...lasting)
  }
  const inFiles = [...preview, ...files.edited().map(previewFile)]
  if (atBoot.length === 0) return {steps: [...now, ...later], preview: inFiles}
  if (!persistence.systemd) return {steps: now, lastingAdvice: NO_SYSTEMD, preview}
  const unitSteps = bootUnit(id, atBoot, persistence)
  return persistence.mayAddUnit
    ? {steps: [...now, ...later, ...unitSteps], preview: inFiles}
    : {steps: now, lastingAdvice: NO_CONSENT, unitSteps: [...later, ...unitSteps], preview}
}

function previewFile({path, before, now}: ReturnType<RuleFiles['edited']>[number]): Preview {
  const linesOf = (text: string) => text.replace(/\n$/, '').split('\n')
  return {of: path, lines: unifiedDiff(linesOf(before), linesOf(now))}
}

/**
 * The same for the same rules in the same chains, wherever in the chain they go: a plan made again after other rules
 * came or went is known to be the same. Never one that the rules already carry: a rule of that id is in place and did
 * not help, so that this one has to be told from it.
 */
function remedyId(state: FirewallState, need: Need, changes: readonly Change[]): string {
  const steps = JSON.stringify(changes.map(({proposal}) => proposal.adds ?? proposal.step('', 0).undo))
  const present = JSON.stringify(state)
  for (let salt = 0; ; salt++) {
    const hash = createHash('sha256').update(`${salt} ${steps}`).digest('hex').slice(0, 8)
    const id = `open-${need.port}-${hash}`
    if (!present.includes(id)) return id
  }
}
