import {execFile} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {chmod, chown, link, mkdir, readdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {afterEach, describe, expect, it, vi} from 'vitest'
import {UserError} from '../../../src/contract/errors.ts'
import type {RunCommand} from '../../../src/platform/process/command.ts'
import type {JournalEntry} from '../../../src/repair/journal/entry.ts'
import {openJournal, readEntry, readJournal} from '../../../src/repair/journal/journal.ts'
import {entryPath} from '../../../src/repair/journal/open-entry.ts'
import {listUndoable, recoverInterrupted, selectUndoable} from '../../../src/repair/journal/undoable.ts'
import {undoEntries} from '../../../src/repair/undo.ts'
import {PLANS} from '../../firewall/plan/plans.ts'
import {collect, plannedStep, remedyOf, temporaryDirectory} from '../marks.ts'

const OTHER = 12345
const isRoot = process.getuid?.() === 0

/** A state directory with one run that kept these remedies. */
async function scene(...ids: readonly string[]) {
  const state = await temporaryDirectory()
  const keep = async (...remedies: readonly string[]) => {
    const journal = await openJournal(state)
    const entries: string[] = []
    for (const id of remedies) {
      const remedy = remedyOf([plannedStep('OUTPUT', {id})], id)
      const open = await journal.begin(journal.newId(), remedy, ['done'])
      await open.close('kept', null)
      entries.push(open.entry.id)
    }
    return entries
  }
  const [entry = ''] = await keep(...(ids.length > 0 ? ids : ['open-443-00000001']))
  const file = entryPath(state, entry)
  const rewrite = async (change: (data: JournalEntry) => unknown, path = file) => {
    const data = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify(change(data)), {mode: 0o600})
  }
  return {state, entry, file, keep, rewrite}
}
type Scene = Awaited<ReturnType<typeof scene>>

const withUndo = (data: JournalEntry, undo: readonly string[]) => ({
  ...data,
  remedy: {...data.remedy, steps: data.remedy.steps.map(step => ({...step, undo}))},
})

describe('an entry that this tool has not written so', () => {
  const cases: readonly [string, (scene: Scene) => Promise<unknown>, RegExp][] = [
    ['others can write to it', ({file}) => chmod(file, 0o666), /can be written by other users \(mode 0666\)/],
    ['its group can', ({file}) => chmod(file, 0o620), /can be written by other users \(mode 0620\)/],
    ['it has another name', ({file, state}) => link(file, join(state, 'x')), /it has 2 hard links/],
    [
      'it is a link',
      async ({file, state}) => {
        await rename(file, join(state, 'x'))
        await symlink('../x', file)
      },
      /it is a symbolic link, not a file/,
    ],
    [
      'it is a link to nothing',
      async ({file}) => {
        await rm(file)
        await symlink('/nowhere', file)
      },
      /it is a symbolic link, not a file/,
    ],
    [
      'it is a pipe',
      async ({file}) => {
        await rm(file)
        await promisify(execFile)('mkfifo', ['-m', '600', file])
      },
      /it is a named pipe, not a file/,
    ],
    [
      'it is a directory',
      async ({file}) => {
        await rm(file)
        await mkdir(file)
      },
      /it is a directory, not a file/,
    ],
    ['it is huge', ({file}) => writeFile(file, 'x'.repeat(5 * 1024 * 1024)), /it is larger than 4 MiB/],
    [
      'it is a copy',
      async ({file, state, entry}) => {
        const copy = entryPath(state, entry.replace(/-01$/, '-02'))
        await writeFile(copy, await readFile(file), {mode: 0o600})
      },
      /it contains the entry \S+-01, so it is a copy/,
    ],
    [
      'it is of another run',
      ({rewrite}) => rewrite(data => ({...data, runId: data.runId.replace(/....$/, 'ffff')})),
      /it does not belong to the run/,
    ],
    [
      'its id leads elsewhere',
      ({rewrite}) => rewrite(data => ({...data, id: '../../x'})),
      /not a journal entry/,
    ],
    [
      'it has a shell',
      ({rewrite}) => rewrite(data => withUndo(data, ['sh', '-c', 'id'])),
      /no plan of this release has its step 1/,
    ],
    [
      "it undoes somebody else's rule",
      ({rewrite}) => rewrite(data => withUndo(data, ['iptables', '-w', '5', '-D', 'OUTPUT', '1'])),
      /no plan of this release has its step 1/,
    ],
    [
      'it undoes what it has not done',
      ({rewrite}) => rewrite(data => withUndo(data, plannedStep('INPUT', data.remedy).undo)),
      /no plan of this release has its step 1/,
    ],
    [
      'it asks by another command',
      ({rewrite}) =>
        rewrite(data => ({
          ...data,
          remedy: {...data.remedy, steps: data.remedy.steps.map(step => ({...step, alreadyDone: ['id']}))},
        })),
      /no plan of this release has its step 1/,
    ],
    [
      'its other steps do',
      ({rewrite}) =>
        rewrite(data => ({
          ...data,
          remedy: {...data.remedy, unitSteps: data.remedy.steps.map(step => ({...step, do: ['id']}))},
        })),
      /no plan of this release has its step 2/,
    ],
  ]
  const owned: typeof cases = [
    [
      "it is another user's",
      ({file}) => chown(file, OTHER, OTHER),
      /it belongs to another user \(uid 12345\)/,
    ],
  ]

  it.each(isRoot ? [...cases, ...owned] : cases)(
    '%s: it is named, and nothing is run',
    async (_, change, why) => {
      const it = await scene()
      await change(it)
      const ran: unknown[] = []
      const runCommand: RunCommand = async command => {
        ran.push(command)
        return {kind: 'exited', code: 0, stdout: '', stderr: ''}
      }
      for (const read of [readJournal, listUndoable, recoverInterrupted, undoLast]) {
        const error: unknown = await read(it.state).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(UserError)
        expect((error as UserError).message).toMatch(why)
        expect((error as UserError).message).toMatch(/^The journal \S+\.json .*so nothing was changed; /)
      }
      expect(ran).toEqual([])

      async function undoLast(state: string): Promise<unknown> {
        const entries = await selectUndoable(state, null)
        const journal = await openJournal(state)
        const {signal} = new AbortController()
        return collect(undoEntries({entries, journal, runCommand, signal}))
      }
    },
  )

  it.runIf(isRoot)('was put there by a real other user, before the directory was made ours', async () => {
    const {state, entry, file} = await scene()
    await chmod(state, 0o777)
    await chmod(join(state, 'journal'), 0o777)
    const planted = file.replace(/-01\.json$/, '-02.json')
    const text = (await readFile(file, 'utf8')).replaceAll(entry, entry.replace(/-01$/, '-02'))
    const script = 'require("node:fs").writeFileSync(process.argv[1], process.argv[2], {mode: 0o600})'
    await promisify(execFile)(process.execPath, ['-e', script, planted, text], {uid: OTHER, gid: OTHER})
    await expect(readJournal(state)).rejects.toThrow(
      /state directory \S+ is not used.*can be written by other/,
    )
    for (const path of [state, join(state, 'journal')]) await chmod(path, 0o700)
    await expect(readJournal(state)).rejects.toThrow(/02\.json is not used \(it belongs to another user/)
    await expect(selectUndoable(state, entry)).rejects.toThrow(/it belongs to another user/)
  })

  it('offers copies of files only where nobody else could have put them', async () => {
    const {state, entry, rewrite} = await scene()
    const remedy = PLANS.find(({steps}) => steps.some(({edits}) => edits === '/etc/iptables/rules.v4'))
    const steps = remedy?.steps.map(() => 'done')
    await rewrite(data => ({
      ...data,
      remedy,
      steps,
      backups: [{of: '/etc/iptables/rules.v4', copy: '/tmp/x'}],
    }))
    const offered = async () => (await readJournal(state))[0]?.backups?.map(({copy}) => copy)
    const folder = join(state, 'backups', entry, 'etc', 'iptables')
    const copy = join(folder, 'rules.v4')
    expect(await offered()).toEqual([])
    await mkdir(folder, {recursive: true, mode: 0o700})
    await writeFile(copy, '', {mode: 0o600})
    expect(await offered()).toEqual([copy])
    await chmod(copy, 0o666)
    expect(await offered()).toEqual([])
    await chmod(copy, 0o600)
    await chmod(folder, 0o777)
    expect(await offered()).toEqual([])
    await chmod(folder, 0o700)
    if (isRoot) {
      await chown(copy, OTHER, OTHER)
      expect(await offered()).toEqual([])
    }
    await rm(copy)
    await symlink('/etc/hostname', copy)
    expect(await offered()).toEqual([])
  })

  it('lists copies of files only where this tool puts them', async () => {
    const {state, entry, rewrite} = await scene()
    await rewrite(data => ({...data, backups: [{of: '/etc/shadow', copy: '/tmp/x'}]}))
    expect((await readJournal(state))[0]?.backups).toEqual([])
    expect((await readEntry(state, entry)).id).toBe(entry)
    await expect(readEntry(state, '../../etc/x')).rejects.toThrow(/is not the id of a journal entry/)
  })
})

describe('the order of entries', () => {
  afterEach(() => void vi.useRealTimers())

  it('is that in which they were made, whatever the clock says', async () => {
    const {state, keep, entry} = await scene()
    vi.useFakeTimers({toFake: ['Date'], now: new Date('2020-01-01T00:00:00Z')})
    const [second = ''] = await keep('open-443-00000002', 'open-443-00000003')
    vi.setSystemTime(new Date('2019-01-01T00:00:00Z'))
    const [third = ''] = await keep('open-443-00000004')
    vi.useRealTimers()
    expect((await readJournal(state)).map(({sequence}) => sequence)).toEqual([1, 2, 3, 4])
    expect((await listUndoable(state)).map(({entry: {remedy}}) => remedy.id.at(-1))).toEqual([
      '4',
      '3',
      '2',
      '1',
    ])
    expect((await selectUndoable(state, null)).map(({id}) => id)).toEqual([third])
    await rm(entryPath(state, third))
    expect(await selectUndoable(state, null)).toMatchObject([
      {remedy: {id: 'open-443-00000003'}},
      {id: second},
    ])
    expect(entry > second && second > third).toBe(true)
  })

  it('is kept by undo itself: the last change is reverted first', async () => {
    const {state, keep} = await scene()
    vi.useFakeTimers({toFake: ['Date'], now: new Date('2020-01-01T00:00:00Z')})
    await keep('open-443-00000002')
    vi.useRealTimers()
    const entries = await readJournal(state)
    const runCommand: RunCommand = async () => ({kind: 'exited', code: 1, stdout: '', stderr: ''})
    const {signal} = new AbortController()
    const journal = await openJournal(state)
    const events = await collect(undoEntries({entries, journal, runCommand, signal}))
    expect(events.flatMap(event => (event.type === 'undo-started' ? [event.remedy.id] : []))).toEqual([
      'open-443-00000002',
      'open-443-00000001',
    ])
  })

  it('has entries of a release that did not count before all others, by their time', async () => {
    const {state, keep, rewrite} = await scene()
    const [second = ''] = await keep('open-443-00000002')
    for (const path of [undefined, entryPath(state, second)])
      await rewrite(({sequence: _, ...data}) => data, path)
    vi.useFakeTimers({toFake: ['Date'], now: new Date('2020-01-01T00:00:00Z')})
    await keep('open-443-00000003')
    vi.useRealTimers()
    expect((await readJournal(state)).map(({remedy, sequence}) => [remedy.id.at(-1), sequence])).toEqual([
      ['1', undefined],
      ['2', undefined],
      ['3', 1],
    ])
  })
})

/** What a process that may have few files open says of a journal. */
async function readWith(limit: number, state: string): Promise<string> {
  const journal = new URL('../../../src/repair/journal/undoable.ts', import.meta.url).href
  const script = `
    const {listUndoable} = await import(${JSON.stringify(journal)})
    const read = await listUndoable(process.argv[1]).catch(error => error)
    console.log(read instanceof Error ? read.message : read.length + ' ' + read[0].state)`
  const args = [
    '-c',
    `ulimit -n ${limit}; exec "$0" --input-type=module -e "$1" "$2"`,
    process.execPath,
    script,
    state,
  ]
  const {stdout} = await promisify(execFile)('sh', args)
  return stdout.trim()
}

describe.runIf(process.platform === 'linux')('a journal of many entries', () => {
  it('is read within the limit of open files', async () => {
    const {state, entry, file} = await scene()
    const text = await readFile(file, 'utf8')
    const run = entry.slice(0, -'-01'.length)
    for (let count = 2; count <= 10_000; count += 1) {
      const id = `${run}-${count}`.replace(/-(\d)$/, '-0$1')
      writeFileSync(entryPath(state, id), text.replaceAll(entry, id), {mode: 0o600})
    }
    expect(await readdir(join(state, 'journal'))).toHaveLength(10_000)
    expect(await readWith(1024, state)).toBe('10000 kept')
  })

  it('says what the limit is, where that is too low, and nothing of backups', async () => {
    const {state, keep} = await scene()
    await keep(...Array.from({length: 60}, (_, count) => `open-443-0000${1000 + count}`))
    const said = await readWith(40, state)
    expect(said).toMatch(
      /^The journal \S+ cannot be read \(too many open files in this process \(`ulimit -n`\)\)/,
    )
    expect(said).not.toContain('backup')
  })
})
