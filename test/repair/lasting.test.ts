import {chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, it, vi} from 'vitest'
import type {Command, Remedy, Step} from '../../src/contract/remedy.ts'
import {insertLine} from '../../src/firewall/plan/rule-files.ts'
import {runCommand} from '../../src/platform/process/command.ts'
import {applyRemedies} from '../../src/repair/apply.ts'
import {openJournal, readJournal} from '../../src/repair/journal/journal.ts'
import {selectUndoable} from '../../src/repair/journal/undoable.ts'
import type {Recheck} from '../../src/repair/prove.ts'
import {undoEntries} from '../../src/repair/undo.ts'
import {collect, FAILING, markStep, marks, remedyOf, temporaryDirectory} from './marks.ts'

// These tests are about what is done with steps, whatever those are: marks that any machine can make and remove.
vi.mock(import('../../src/firewall/plan/grammar/forms.ts'), async original => ({
  ...(await original()),
  misfitOf: () => null,
}))

const BEFORE = 'one\ntwo\nthree'
const AFTER = 'one\nNEW (drs-onboard:x)\ntwo\nthree'

const signal = new AbortController().signal
const helps: Recheck = async () => ({helped: true, reason: ''})

async function scene({recheck = helps}: {readonly recheck?: Recheck} = {}) {
  const [host, state] = await Promise.all([temporaryDirectory(), temporaryDirectory()])
  const etc = join(host, 'etc')
  const rules = join(etc, 'rules')
  await mkdir(etc)
  await writeFile(rules, BEFORE, {mode: 0o640})
  const now = markStep(host, 'now')
  const edit = (
    change: {readonly test?: Command; readonly text?: string; readonly path?: string} = {},
  ): Step =>
    insertLine({
      path: rules,
      text: BEFORE,
      before: 2,
      line: 'NEW (drs-onboard:x)',
      mark: 'drs-onboard:x',
      title: 'write it down',
      ...change,
    }).step
  const apply = async (remedy: Remedy) => {
    const journal = await openJournal(state)
    const events = await collect(applyRemedies({remedies: [remedy], journal, runCommand, recheck, signal}))
    const steps = events.flatMap(event =>
      event.type === 'step-finished' ? [`${event.index} ${event.result}`] : [],
    )
    const applied = events.flatMap(event => (event.type === 'remedy-finished' ? [event.applied] : []))[0]
    return {steps, applied}
  }
  const undo = async () => {
    const entries = await selectUndoable(state, null)
    const events = await collect(
      undoEntries({entries, journal: await openJournal(state), runCommand, signal}),
    )
    return events.flatMap(event => (event.type === 'undo-step-finished' ? [event.result.outcome] : []))
  }
  const copies = () => readdir(join(state, 'backups')).catch(() => [])
  return {host, etc, rules, state, now, edit, apply, undo, copies, text: () => readFile(rules, 'utf8')}
}

describe('steps that make a remedy last', () => {
  it('come once it is proved, with a copy of the file that goes with the undo', async () => {
    let seen = ''
    const {apply, now, edit, text, state, undo, copies, rules, host} = await scene({
      recheck: async () => {
        seen = await text()
        return {helped: true, reason: ''}
      },
    })
    // The journal does the steps that open first, whatever order they come in.
    const {steps, applied} = await apply(remedyOf([edit(), now]))
    expect(seen).toBe(BEFORE)
    expect(steps).toEqual(['1 done', '0 done'])
    expect(applied).toMatchObject({result: 'kept', reason: null, persists: true})
    expect(await text()).toBe(AFTER)
    const [entry] = await readJournal(state)
    const copy = join(state, 'backups', String(applied?.id), rules)
    expect(entry?.backups).toEqual([{of: rules, copy}])
    expect(await readFile(copy, 'utf8')).toBe(BEFORE)
    expect((await stat(copy)).mode & 0o777).toBe(0o600)
    expect((await stat(join(state, 'backups', String(applied?.id)))).mode & 0o777).toBe(0o700)
    expect(await undo()).toEqual(['undone', 'undone'])
    expect(await text()).toBe(BEFORE)
    expect((await stat(rules)).mode & 0o777).toBe(0o640)
    expect(await marks(host)).toEqual(['etc'])
    expect(await copies()).toEqual([])
    expect((await readJournal(state))[0]?.backups).toBeUndefined()
  })

  it('are not taken when it does not help', async () => {
    const {apply, now, edit, text, copies} = await scene({
      recheck: async () => ({helped: false, reason: 'No.'}),
    })
    expect((await apply(remedyOf([now, edit()]))).steps).toEqual(['0 done', '0 undone'])
    expect(await text()).toBe(BEFORE)
    expect(await copies()).toEqual([])
  })

  it('copies a file once, as it was before the first of two edits', async () => {
    const {apply, now, edit, rules, state} = await scene()
    const second = insertLine({path: rules, text: AFTER, before: 4, line: 'b', mark: 'b', title: ''}).step
    const {applied} = await apply(remedyOf([now, edit(), second]))
    expect(applied).toMatchObject({result: 'kept', persists: true})
    expect(await readFile(join(state, 'backups', String(applied?.id), rules), 'utf8')).toBe(BEFORE)
  })

  it('copies what a symbolic link leads to, and leaves the link', async () => {
    const {apply, now, edit, etc, rules, state, undo, text} = await scene()
    const path = join(etc, 'link')
    await symlink('rules', path)
    const {applied} = await apply(remedyOf([now, edit({path})]))
    expect(await readFile(join(state, 'backups', String(applied?.id), path), 'utf8')).toBe(BEFORE)
    expect(await text()).toBe(AFTER)
    expect(await undo()).toEqual(['undone', 'undone'])
    expect(await readFile(rules, 'utf8')).toBe(BEFORE)
  })

  it('makes a file that was not there, which needs no copy', async () => {
    const {apply, now, etc, undo, copies} = await scene()
    const path = join(etc, 'unit')
    const unit: Step = {
      title: 'write the unit',
      do: ['tee', path],
      input: '[Unit]\n',
      undo: ['rm', '-f', path],
      alreadyDone: ['grep', '-qF', '[Unit]', path],
      edits: path,
      lasting: true,
      persists: true,
    }
    expect((await apply(remedyOf([now, unit]))).applied).toMatchObject({result: 'kept', persists: true})
    expect(await readFile(path, 'utf8')).toBe('[Unit]\n')
    expect(await copies()).toEqual([])
    expect(await undo()).toEqual(['undone', 'undone'])
    await expect(stat(path)).rejects.toThrow('ENOENT')
  })

  it('replaces a whole file at once, and keeps its mode', async () => {
    const {apply, now, rules, undo} = await scene()
    const before = await stat(rules)
    const whole: Step = {
      ...{title: 'write it whole', do: ['tee', rules], input: 'new\n', undo: ['rm', '-f', rules]},
      ...{alreadyDone: ['grep', '-qx', 'new', rules], edits: rules, lasting: true, persists: true},
    }
    expect((await apply(remedyOf([now, whole]))).applied).toMatchObject({result: 'kept', persists: true})
    const after = await stat(rules)
    // Another file, put in its place: never half of one.
    expect([after.ino === before.ino, after.mode]).toEqual([false, before.mode])
    expect(await readFile(rules, 'utf8')).toBe('new\n')
    expect(await undo()).toEqual(['undone', 'undone'])
  })
})

describe('steps that several fixes share', () => {
  /** One shared mark, and a file of its own for each fix. */
  async function sharing() {
    const all = await scene()
    const folder = join(all.host, 'folder')
    await mkdir(folder)
    const shared = markStep(all.host, 'shared', {
      ...{lasting: true, persists: true, sharedIn: folder},
      afterUndo: ['sh', '-c', `touch ${all.host}/after; exit 1`],
    })
    const own = (name: string, change: Partial<Step> = {}): Step => {
      const path = join(folder, `${name}.rules`)
      return {
        ...{title: name, do: ['tee', path], input: `${name}\n`, undo: ['rm', '-f', path]},
        ...{alreadyDone: ['grep', '-qxF', '-e', name, path], edits: path, lasting: true, persists: true},
        ...change,
      }
    }
    const there = async () => ({
      shared: await stat(join(all.host, 'shared')).then(
        () => true,
        () => false,
      ),
      after: await stat(join(all.host, 'after')).then(
        () => true,
        () => false,
      ),
      files: (await readdir(folder)).sort(),
    })
    const fixOf = (name: string, change: Partial<Step> = {}) =>
      remedyOf([markStep(all.host, name), shared, own(name, change)], `open-443-${name}`)
    return {...all, folder, fixOf, there}
  }

  it.each([
    ['the first one first', ['a', 'b']],
    ['the second one first', ['b', 'a']],
  ])('go with the last of them: %s', async (_, [first = '', last = '']) => {
    const {apply, fixOf, there, state} = await sharing()
    expect((await apply(fixOf('a'))).steps).toEqual(['0 done', '1 done', '2 done'])
    const second = await apply(fixOf('b'))
    expect(second.steps).toEqual(['0 done', '1 already-done', '2 done'])
    expect(second.applied).toMatchObject({result: 'kept', persists: true})
    const undoOf = async (name: string) => {
      const entries = await selectUndoable(state, `open-443-${name}`)
      const events = await collect(
        undoEntries({entries, journal: await openJournal(state), runCommand, signal}),
      )
      return events.flatMap(event => (event.type === 'undo-step-finished' ? [event.result.outcome] : []))
    }
    expect(await undoOf(first)).toEqual(['undone', 'still-needed', 'undone'])
    expect(await there()).toEqual({shared: true, after: false, files: [`${last}.rules`]})
    expect(await undoOf(last)).toEqual(['undone', 'undone', 'undone'])
    expect(await there()).toEqual({shared: false, after: true, files: []})
  })

  it('stay where a second fix fails', async () => {
    const {apply, fixOf, there} = await sharing()
    await apply(fixOf('a'))
    const {applied} = await apply(fixOf('b', {verify: ['sh', '-c', 'echo "not in front" >&2; exit 1']}))
    expect(applied).toMatchObject({
      result: 'kept',
      persists: false,
      reason: expect.stringMatching(/could not be made permanent: .*not in front\.$/),
    })
    expect(await there()).toEqual({shared: true, after: false, files: ['a.rules']})
  })

  it.each([
    [
      'exit 3',
      ['sh', '-c', 'echo "not verified: no unshare" >&2; exit 3'] as const,
      /not verified: no unshare/,
    ],
    ['a missing program', ['drs-onboard-no-such-program'] as const, /is not installed/],
  ])('are written but not called persistent where they are not verified: %s', async (_, verify, why) => {
    const {apply, fixOf, there} = await sharing()
    const {applied} = await apply(fixOf('a', {verify}))
    expect(applied?.persistence).toBe('not-verified')
    expect(applied).toMatchObject({result: 'kept', persists: false, reason: expect.stringMatching(why)})
    expect(applied?.reason).toContain('that was not verified')
    expect((await there()).files).toEqual(['a.rules'])
  })
})

type Scene = Awaited<ReturnType<typeof scene>>

describe('a remedy that cannot be made to last is kept until the next boot', () => {
  it.each<[string, (scene: Scene) => Promise<Step>, RegExp, string?]>([
    [
      'the file was broken before',
      async ({edit, rules}) => edit({test: ['grep', '-q', 'four', rules]}),
      /rules was already invalid, and was not edited: `grep .*` failed with exit code 1\./,
    ],
    [
      'the edit would break it',
      async ({edit, rules}) => edit({test: ['grep', '-qv', 'drs-onboard', rules, '-m1', '-z']}),
      /rules would be invalid with the change/,
    ],
    [
      'the file has changed since the plan',
      async ({edit, rules}) => {
        await writeFile(rules, 'zero\none\ntwo\n')
        return edit()
      },
      /rules has changed since the plan was made, and was not edited\./,
      'zero\none\ntwo\n',
    ],
    [
      'there is no room for a copy',
      async ({edit, state}) => {
        // Anything in the way fails as a full disk does, at the same call.
        await writeFile(join(state, 'backups'), '')
        return edit()
      },
      /rules cannot be copied to .* \(part of the path is not a directory\), so it was not edited\.$/,
    ],
    ['the program fails', async ({edit}) => ({...edit(), do: FAILING}), /no chain of that name\.$/],
    [
      'it cannot be asked for',
      async ({edit}) => ({...edit(), alreadyDone: ['sh', '-c', 'echo broken >&2; exit 2']}),
      /cannot be read: .*broken/,
      AFTER,
    ],
  ])('%s', async (_, prepare, why, expected) => {
    const it = await scene()
    const step = await prepare(it)
    const before = await it.text()
    const {applied} = await it.apply(remedyOf([it.now, step]))
    expect(applied).toMatchObject({result: 'kept', persists: false})
    expect(applied?.reason).toMatch(/^It helps, but could not be made permanent: /)
    expect(applied?.reason).toMatch(why)
    expect(await it.text()).toBe(expected ?? before)
    expect(await marks(it.host)).toEqual(['etc', 'now'])
  })

  it('reverts the first edit when the second fails', async () => {
    const {apply, now, edit, text, copies, state} = await scene()
    const {steps, applied} = await apply(
      remedyOf([now, edit(), {...markStep('/nowhere', 'x'), lasting: true}]),
    )
    expect(steps).toEqual(['0 done', '1 done', '2 failed', '1 undone'])
    expect(applied).toMatchObject({result: 'kept', persists: false})
    expect(await text()).toBe(BEFORE)
    expect(await copies()).toEqual([])
    expect(await readJournal(state)).toMatchObject([{result: 'kept', steps: ['done', 'undone', 'undone']}])
  })
})

describe('undo of an edit', () => {
  it('says that somebody has removed the file', async () => {
    const {apply, now, edit, rules, undo, copies} = await scene()
    await apply(remedyOf([now, edit()]))
    await rm(rules)
    expect(await undo()).toEqual(['already-removed', 'undone'])
    expect(await copies()).toEqual([])
  })

  it('takes out its own line, whatever else was edited since', async () => {
    const {apply, now, edit, rules, undo} = await scene()
    await apply(remedyOf([now, edit()]))
    await writeFile(rules, `# mine\n${AFTER}\nfour\n`)
    expect(await undo()).toEqual(['undone', 'undone'])
    expect(await readFile(rules, 'utf8')).toBe(`# mine\n${BEFORE}\nfour\n`)
  })

  it('keeps the copy for as long as the edit stands', async () => {
    const {apply, now, edit, undo, copies, state} = await scene()
    await apply(remedyOf([now, {...edit(), undo: FAILING}]))
    expect(await undo()).toEqual(['failed', 'undone'])
    expect(await copies()).toHaveLength(1)
    expect((await readJournal(state))[0]?.backups).toHaveLength(1)
  })

  it('leaves the mode that the administrator has given it since', async () => {
    const {apply, now, edit, rules, undo} = await scene()
    await apply(remedyOf([now, edit()]))
    await chmod(rules, 0o600)
    await undo()
    expect((await stat(rules)).mode & 0o777).toBe(0o600)
  })
})
