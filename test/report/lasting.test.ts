import {describe, expect, it} from 'vitest'
import type {Remedy, Step} from '../../src/contract/remedy.ts'
import {printMarkdown} from '../../src/report/markdown/markdown.ts'
import {progressLine} from '../../src/report/progress.ts'
import {reportSchema} from '../../src/report/schema.ts'
import {printText} from '../../src/report/text/text.ts'
import {OPEN_443} from './parts.ts'
import {report} from './reports.ts'

const EDIT: Step = {
  title: 'Add the same rule before line 7 of /etc/iptables/rules.v4',
  do: ['sed', '-i', '-e', '7s/^x$/y\\n&/', '/etc/iptables/rules.v4'],
  undo: ['sed', '-i', '-e', '/y/d', '/etc/iptables/rules.v4'],
  alreadyDone: ['grep', '-qF', '-e', 'y', '/etc/iptables/rules.v4'],
  edits: '/etc/iptables/rules.v4',
  test: ['iptables-restore', '--test', '/etc/iptables/rules.v4'],
  lasting: true,
  persists: true,
}

const UNIT: Step = {
  title: 'Write the unit',
  do: ['tee', '/etc/systemd/system/x.service'],
  input: '[Unit]\nDescription=x\n',
  undo: ['rm', '-f', '/etc/systemd/system/x.service'],
  alreadyDone: null,
  lasting: true,
  persists: true,
}

const planOf = (remedy: Partial<Remedy>) => report({plan: [{...OPEN_443, ...remedy}]})

const lasting = planOf({steps: [...OPEN_443.steps, EDIT]})

describe('a plan that is to outlive a reboot', () => {
  it('keeps apart in text what is done once the rest is proved', () => {
    const text = printText(lasting, {columns: 80, plan: true})
    expect(text).toMatch(
      / {7}Do {6}iptables .*\n {7}Undo {4}iptables .*\n {7}Then, once verified:\n {7}Test {4}iptables-restore --test \/etc\/iptables\/rules\.v4 \(before and after\)\n {7}Do {6}sed .*\n {7}Undo {4}sed .*\n/,
    )
    expect(text).not.toContain('A reboot reverts this change')
  })

  it('keeps it apart in Markdown, and undoes it first', () => {
    const text = printMarkdown(lasting)
    const [, after = ''] = text.split('Then, once verified:')
    expect(after).toMatch(/iptables-restore --test .*\nsed -i .*\niptables-restore --test .*/)
    const [, undo = ''] = text.split('Undo, in this order:')
    expect(undo).toMatch(/^\s*```sh\nsed .*\niptables .*/)
  })

  it('shows a file that is written, ready to paste', () => {
    const plan = planOf({steps: [...OPEN_443.steps, UNIT]})
    const pasted = "tee /etc/systemd/system/x.service <<'EOF'\n[Unit]\nDescription=x\nEOF"
    expect(printText(plan, {columns: 80, plan: true})).toContain(pasted)
    expect(printMarkdown(plan)).toContain(pasted)
  })

  it('tells what to do where nothing makes it last', () => {
    const advice = 'No service restores rules at boot; use --persist-unit.'
    const plan = planOf({lastingAdvice: advice, unitSteps: [UNIT]})
    expect(printText(plan, {columns: 200, plan: true})).toContain(`A reboot reverts this change. ${advice}`)
    expect(printMarkdown(plan)).toContain('A reboot reverts this change. No service restores rules')
    expect(reportSchema.parse(JSON.parse(JSON.stringify(plan))).plan.remedies[0]?.unitSteps).toEqual([UNIT])
  })
})

describe('a repair that was kept, but does not last', () => {
  const applied = {
    id: 'entry',
    remedy: OPEN_443.id,
    at: '2026-11-22T20:54:05.000Z',
    result: 'kept',
    reason: 'It helps, but could not be made permanent: the disk is full.',
    persists: false,
  } as const

  it('is told with its reason, while it goes on and in the end', () => {
    expect(progressLine({type: 'remedy-finished', applied})).toBe(
      'KEPT  drs-443-out (lost at the next reboot): It helps, but could not be made permanent: the disk is full.',
    )
    const text = printText(
      report({plan: [{...OPEN_443, steps: [...OPEN_443.steps, EDIT]}], applied: [applied]}),
      {
        columns: 200,
      },
    )
    expect(text).toContain(applied.reason)
    expect(text).toContain('1 change will be lost at the next reboot (entry).')
  })

  it('is not said to be lost where what a reboot does was not verified', () => {
    const reason = 'It is written down for the next boot, but that was not verified: there is no unshare.'
    const unsure = {...applied, reason, persistence: 'not-verified'} as const
    expect(progressLine({type: 'remedy-finished', applied: unsure})).toBe(
      `KEPT  drs-443-out (not verified to survive a reboot): ${reason}`,
    )
    const whole = report({plan: [{...OPEN_443, steps: [...OPEN_443.steps, UNIT]}], applied: [unsure]})
    for (const text of [printText(whole, {columns: 200}), printMarkdown(whole)]) {
      expect(text).toContain('Whether it survives a reboot was not verified.')
      expect(text).not.toMatch(/reverts this change|lost at the next reboot/)
    }
    expect(printText(whole, {columns: 200})).toContain('1 change: not verified to survive a reboot (entry).')
    expect(reportSchema.parse(JSON.parse(JSON.stringify(whole))).applied[0]?.persistence).toBe('not-verified')
  })
})
