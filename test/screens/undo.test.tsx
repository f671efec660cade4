import {afterEach, describe, expect, test, vi} from 'vitest'
import {Interrupted} from '../../src/contract/errors.ts'
import {askWhatToUndo, UndoApp} from '../../src/screens/undo/undo-app.tsx'
import {type StandingChange, undoChoices} from '../../src/screens/undo/undo-choices.ts'
import {startUndo, type UndoAction, undoFlow} from '../../src/screens/undo/undo-flow.ts'
import {FakeInput, FakeOutput} from './fake-terminal.ts'
import {KEY, type Shown, show} from './walk.tsx'
import './wizard-on-terminal.ts'

const change = (id: string, run: string, title: string): StandingChange => ({
  id,
  run,
  title,
  at: '2026-07-01T03:00:00.000Z',
  condition: 'in place',
  commands: [`iptables -D OUTPUT -m comment --comment ${id} -j ACCEPT`],
})

const CHANGES = [
  change('b2', 'b', 'Let TCP 1500 out'),
  change('b1', 'b', 'Let TCP 443 out'),
  change('a1', 'a', 'Let DNS out'),
]

describe('what can be chosen', () => {
  test.each([
    ['one change', CHANGES.slice(2), [['a1']]],
    ['one run', CHANGES.slice(0, 2), [['b2', 'b1'], ['b2'], ['b1']]],
    ['several runs', CHANGES, [['b2', 'b1'], ['b2'], ['b1'], ['a1'], ['b2', 'b1', 'a1']]],
    ['runs of one change each', [CHANGES[0], CHANGES[2]], [['b2'], ['a1'], ['b2', 'a1']]],
  ])('%s', (_, changes, ids) => {
    const choices = undoChoices(changes.filter(one => one !== undefined))
    expect(choices.map(choice => choice.changes.map(({id}) => id))).toEqual(ids)
  })
})

test('nothing is agreed to that was not chosen, and an ending is the end', () => {
  const start = startUndo(undoChoices(CHANGES))
  const [first] = start.choices
  if (first === undefined) throw new Error('nothing to choose')
  const after = (...actions: readonly UndoAction[]) => actions.reduce(undoFlow, start).ending
  expect(after({type: 'confirm', agreed: true})).toBeNull()
  expect(after({type: 'choose', choice: first}, {type: 'confirm', agreed: false})).toBeNull()
  expect(after({type: 'choose', choice: first}, {type: 'back'}, {type: 'confirm', agreed: true})).toBeNull()
  expect(after({type: 'choose', choice: first}, {type: 'confirm', agreed: true}, {type: 'leave'})).toEqual({
    kind: 'agreed',
    ids: ['b2', 'b1'],
  })
})

let screens: Shown | undefined

afterEach(() => screens?.leave())

const undo = (changes: readonly StandingChange[] = CHANGES, size = {columns: 80, rows: 24}) => {
  screens = show(<UndoApp changes={changes} shell="posix" />, size)
  return screens
}

test('shows the exact commands of what is highlighted; No is the default, and Esc leads back', async () => {
  const {shows, press, frame} = undo()
  await shows('Step 1 of 2', 'Undo', '❯ All 2 changes of the last run', '--comment b2', '--comment b1')
  await press('down')
  await shows('❯ Let TCP 1500 out (2026-07-01 03:00 UTC)')
  expect(frame()).not.toContain('--comment b1')
  await press('enter')
  await shows('Step 2 of 2', 'Revert these changes?', '--comment b2', '❯ No, change nothing')
  await press('escape')
  await shows('Step 1 of 2')
  await press('enter')
  await shows('Revert these changes?')
  await press('enter')
  await shows('Step 1 of 2')
})

test('each screen is explained, is asked before it is left, and unfolds', async () => {
  const {shows, press} = undo()
  await shows('? help')
  await press('?')
  await shows('Help: Undo')
  await press('escape', 'q')
  await shows('Quit? Nothing is reverted.', 'n stay (default)')
  await press('n', 'right')
  await shows('Esc back to the list', 'Id            b1')
  await press('left', 'enter')
  await shows('Revert these changes?')
  await press('f1')
  await shows('Help: Confirmation')
  await press('f1', 'q')
  await shows('Quit? Nothing is reverted.')
})

test('letters of a search agree to nothing', async () => {
  const {shows, press} = undo()
  await shows('Step 1 of 2')
  await press('enter')
  await shows('Revert these changes?', '/ search')
  await press('/', 'yyn')
  await shows('/yyn', 'not found', 'Revert these changes?')
  await press('enter', 'y', 'escape')
  await shows('Revert these changes?', 'y / n yes / no', '❯ No, change nothing')
})

test.each([
  [40, 12],
  [80, 24],
] as const)('fits into %i columns and %i rows', async (columns, rows) => {
  const {shows, press, frame} = undo(
    Array.from({length: 30}, (_, at) => change(`c${at}`, `r${at}`, `Let TCP ${at} out`)),
    {columns, rows},
  )
  const fits = () =>
    vi.waitFor(() => {
      expect(frame().split('\n').length).toBeLessThan(rows)
      expect(
        frame()
          .split('\n')
          .filter(line => line.length > columns),
      ).toEqual([])
    })
  await shows('Undo')
  await fits()
  await press('end')
  await shows('All 30 changes')
  await press('enter')
  await shows('No, change nothing')
  await fits()
})

const onTerminal = (signal?: AbortSignal) => {
  const input = new FakeInput()
  const output = new FakeOutput()
  const asked = askWhatToUndo(CHANGES, 'posix', {
    stdin: input,
    stdout: output as unknown as NodeJS.WriteStream,
    stderr: new FakeOutput() as unknown as NodeJS.WriteStream,
    ...(signal && {signal}),
  })
  asked.catch(() => {})
  return {input, output, asked}
}

describe('on a terminal', () => {
  test.each([
    ['y', `${KEY.enter}y`, ['b2', 'b1']],
    ['Down and Enter in one chunk', `${KEY.down}${KEY.enter}${KEY.down}${KEY.enter}`, ['b2']],
    ['q and y', 'qy', null],
    ['n, then q and y', `${KEY.enter}nqy`, null],
  ])('%s', async (_, keys, ids) => {
    const {input, output, asked} = onTerminal()
    await output.shows('Undo')
    input.write(keys)
    expect(await asked).toEqual(ids)
    expect(input.raw).toBe(false)
  })

  test.each([
    ['at the choice', ''],
    ['at the question', KEY.enter],
    ['under an explanation', '?'],
    ['while asked whether to leave', 'q'],
  ])('Ctrl-C %s ends with 130', async (_, keys) => {
    const {input, output, asked} = onTerminal()
    await output.shows('Undo')
    input.write(`${keys}${KEY.ctrlC}`)
    await expect(asked).rejects.toMatchObject({name: 'Interrupted', exitCode: 130})
    expect(input.raw).toBe(false)
  })

  test('the end of input is a hang-up, and a signal ends with its reason', async () => {
    const first = onTerminal()
    await first.output.shows('Undo')
    first.input.end()
    await expect(first.asked).rejects.toMatchObject({exitCode: 129})
    const controller = new AbortController()
    const second = onTerminal(controller.signal)
    await second.output.shows('Undo')
    const reason = new Interrupted('SIGTERM')
    controller.abort(reason)
    await expect(second.asked).rejects.toBe(reason)
  })
})
