import {mkdir, readdir, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {JournalStepState} from '../../../src/repair/journal/entry.ts'
import {type Journal, openJournal, readJournal} from '../../../src/repair/journal/journal.ts'
import {acquireLock} from '../../../src/repair/journal/lock.ts'
import {entryPath, serialize} from '../../../src/repair/journal/open-entry.ts'
import {prune} from '../../../src/repair/journal/prune.ts'
import {plannedStep, remedyOf, temporaryDirectory} from '../marks.ts'

const DAY = 24 * 60 * 60 * 1_000

async function scene() {
  const directory = await temporaryDirectory()
  const journal = await openJournal(directory)
  const remedy = remedyOf([plannedStep('a', remedyOf([]))])
  return {directory, journal, add: (...of: Ending) => add(directory, journal, remedy, of)}
}

type Ending = readonly [
  step: JournalStepState,
  result: 'kept' | 'rolled-back' | 'failed' | 'undone' | null,
  daysAgo?: number,
]

async function add(
  directory: string,
  journal: Journal,
  remedy: ReturnType<typeof remedyOf>,
  [step, result, daysAgo = 0]: Ending,
): Promise<string> {
  const open = await journal.begin(journal.newId(), remedy, [step])
  if (result !== null) await open.close(result, null)
  const entry = {...open.entry, startedAt: new Date(Date.now() - daysAgo * DAY).toISOString()}
  await writeFile(entryPath(directory, entry.id), serialize(entry))
  return entry.id
}

test('keeps the newest 20 entries that have nothing left to undo', async () => {
  const {directory, add} = await scene()
  const ids: string[] = []
  for (let count = 0; count < 23; count += 1)
    ids.push(await add('undone', count % 2 ? 'undone' : 'rolled-back'))
  expect((await prune(directory)).toSorted()).toEqual(ids.slice(0, 3))
  expect((await readJournal(directory)).map(({id}) => id)).toEqual(ids.slice(3))
  expect(await prune(directory)).toEqual([])
})

test('keeps them for 90 days', async () => {
  const {directory, add} = await scene()
  const old = await add('undone', 'undone', 91)
  const failed = await add('pending', 'failed', 91)
  const young = await add('undone', 'undone', 89)
  expect((await prune(directory)).toSorted()).toEqual([old, failed])
  expect((await readJournal(directory)).map(({id}) => id)).toEqual([young])
})

test.each([
  {step: 'done', result: 'kept'},
  {step: 'undoing', result: 'failed'},
  {step: 'doing', result: null},
  // This process, which has begun it, is alive.
  {step: 'pending', result: null},
] as const)('never removes one that stands: step $step, result $result', async ({step, result}) => {
  const {directory, add} = await scene()
  const id = await add(step, result, 1_000)
  for (let count = 0; count < 25; count += 1) await add('undone', 'undone', 100)
  expect(await prune(directory)).toHaveLength(25)
  expect((await readJournal(directory)).map(entry => entry.id)).toEqual([id])
})

test('removes the copies of files that belong to an entry', async () => {
  const {directory, add} = await scene()
  const id = await add('undone', 'undone', 91)
  await mkdir(join(directory, 'backups', id, 'etc'), {recursive: true})
  await prune(directory)
  expect(await readdir(join(directory, 'backups'))).toEqual([])
})

test('removes what killed runs left half-written, and no claim of one that is alive', async () => {
  const {directory, add} = await scene()
  await add('done', 'kept')
  const lock = await acquireLock(directory)
  const claim = (name: string, text: string) => writeFile(join(directory, `claim-${name}.tmp`), text)
  await claim('dead', JSON.stringify({pid: 2 ** 22 + 1, startTicks: '1', bootId: null}))
  await claim('alive', JSON.stringify({pid: process.pid, startTicks: null, bootId: null}))
  await claim('young', '')
  await claim('old', '{')
  const longAgo = new Date(Date.now() - DAY)
  await utimes(join(directory, 'claim-old.tmp'), longAgo, longAgo)
  await writeFile(join(directory, 'journal', 'x.json.tmp'), '{')
  await prune(directory)
  await lock.release()
  expect((await readdir(directory)).toSorted()).toEqual(['claim-alive.tmp', 'claim-young.tmp', 'journal'])
  expect(await readdir(join(directory, 'journal'))).toHaveLength(1)
})
