import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {lchown} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {
  beginFile,
  createFile,
  makeDirectory,
  replaceFile,
  syncToDisk,
} from '../../../src/platform/files/write.ts'

const isRoot = process.getuid?.() === 0
/** nobody: anybody but root will do. */
const OTHER = 65534

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drs-onboard-files-'))
})
afterEach(() => rmSync(directory, {recursive: true}))

const at = (...names: string[]) => join(directory, ...names)
const modeOf = (path: string) => statSync(path).mode & 0o7777

describe('replacing a file', () => {
  it('makes a new one that only this user may read, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      await replaceFile(at('new'), 'text')
    } finally {
      process.umask(before)
    }
    expect(readFileSync(at('new'), 'utf8')).toBe('text')
    expect(modeOf(at('new'))).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['new'])
  })

  it.each([0o644, 0o640, 0o604, 0o400])('keeps mode %o of what is there', async mode => {
    writeFileSync(at('old'), 'old')
    chmodSync(at('old'), mode)
    await replaceFile(at('old'), 'text')
    expect(readFileSync(at('old'), 'utf8')).toBe('text')
    expect(modeOf(at('old'))).toBe(mode)
  })

  it.skipIf(!isRoot)('keeps owner and group of what is there', async () => {
    writeFileSync(at('old'), 'old')
    chownSync(at('old'), OTHER, 4321)
    chmodSync(at('old'), 0o660)
    await replaceFile(at('old'), 'text')
    expect(statSync(at('old'))).toMatchObject({uid: OTHER, gid: 4321})
    expect(modeOf(at('old'))).toBe(0o660)
  })

  it('makes state of its own private again', async () => {
    writeFileSync(at('state'), 'old', {mode: 0o666})
    await replaceFile(at('state'), 'new', {own: true})
    expect(modeOf(at('state'))).toBe(0o600)
  })

  it('leaves nothing behind when it fails', async () => {
    mkdirSync(at('directory'))
    await expect(replaceFile(at('directory'), 'text')).rejects.toThrow('it is a directory')
    await expect(replaceFile(at('missing', 'file'), 'text')).rejects.toMatchObject({code: 'ENOENT'})
    await expect(replaceFile(at('x'.repeat(256)), 'text')).rejects.toMatchObject({code: 'ENAMETOOLONG'})
    await expect(replaceFile(at('new/'), 'text')).rejects.toThrow('it is a directory')
    expect(readdirSync(directory)).toEqual(['directory'])
    expect(readdirSync(at('directory'))).toEqual([])
  })

  it('takes names as long as the system does', async () => {
    const name = 'ü'.repeat(127)
    await replaceFile(at(name), 'text')
    expect(readdirSync(directory)).toEqual([name])
  })

  it('goes up where a link leads, not where its name is', async () => {
    mkdirSync(at('real'))
    mkdirSync(at('real', 'inner'))
    symlinkSync(at('real', 'inner'), at('link'))
    await replaceFile(`${at('link')}/../file`, 'text')
    expect(readdirSync(at('real'))).toEqual(['file', 'inner'])
  })
})

describe('a symbolic link of this user', () => {
  it.each([
    ['absolute', (name: string) => at('real', name)],
    ['relative', (name: string) => join('real', name)],
  ])('is followed and stays (%s)', async (_, target) => {
    mkdirSync(at('real'))
    writeFileSync(at('real', 'file'), 'old', {mode: 0o640})
    symlinkSync(target('file'), at('link'))
    await replaceFile(at('link'), 'text')
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(at('real', 'file'), 'utf8')).toBe('text')
    expect(modeOf(at('real', 'file'))).toBe(0o640)
  })

  it('that leads nowhere yet makes what it leads to', async () => {
    symlinkSync('target', at('link'))
    await replaceFile(at('link'), 'text')
    expect(readFileSync(at('target'), 'utf8')).toBe('text')
  })

  it('is replaced where the file is to be our own', async () => {
    writeFileSync(at('victim'), 'untouched')
    symlinkSync('victim', at('state'))
    await replaceFile(at('state'), 'text', {own: true})
    expect(readFileSync(at('victim'), 'utf8')).toBe('untouched')
    expect(lstatSync(at('state')).isFile()).toBe(true)
  })

  it('that leads to itself is refused', async () => {
    symlinkSync('two', at('one'))
    symlinkSync('one', at('two'))
    await expect(replaceFile(at('one'), 'text')).rejects.toThrow('more than 40 symbolic links')
  })
})

describe.skipIf(!isRoot)('what another user planted', () => {
  let victim: string
  beforeEach(() => {
    victim = at('victim')
    writeFileSync(victim, 'untouched', {mode: 0o644})
    chmodSync(directory, 0o711)
    mkdirSync(at('shared'))
    chmodSync(at('shared'), 0o1777)
  })
  afterEach(() => expect(readFileSync(victim, 'utf8')).toBe('untouched'))

  const plant = async (target: string, path: string) => {
    symlinkSync(target, path)
    await lchown(path, OTHER, OTHER)
  }

  it.each(['shared', 'own'])('is not followed as a link to a file (%s directory)', async kind => {
    if (kind === 'own') {
      chmodSync(at('shared'), 0o755)
      chownSync(at('shared'), OTHER, OTHER)
    }
    await plant(victim, at('shared', 'out'))
    await expect(replaceFile(at('shared', 'out'), 'text')).rejects.toThrow(
      `it leads through a symbolic link, "out", of another user (uid ${OTHER})`,
    )
    expect(readdirSync(at('shared'))).toEqual(['out'])
  })

  it('is not followed as a link to a directory', async () => {
    mkdirSync(at('target'))
    await plant(at('target'), at('shared', 'link'))
    await expect(replaceFile(at('shared', 'link', 'out'), 'text')).rejects.toThrow('of another user')
    await expect(makeDirectory(at('shared', 'link', 'sub'))).rejects.toThrow('of another user')
    expect(readdirSync(at('target'))).toEqual([])
  })

  it('is not followed behind a link of our own', async () => {
    await plant(victim, at('shared', 'theirs'))
    symlinkSync(at('shared', 'theirs'), at('ours'))
    await expect(replaceFile(at('ours'), 'text')).rejects.toThrow('of another user')
  })

  it('is not written to as a file or a pipe of theirs', async () => {
    writeFileSync(at('shared', 'file'), 'bait', {mode: 0o666})
    chownSync(at('shared', 'file'), OTHER, OTHER)
    execFileSync('mkfifo', ['-m', '666', at('shared', 'pipe')])
    chownSync(at('shared', 'pipe'), OTHER, OTHER)
    for (const name of ['file', 'pipe'])
      await expect(replaceFile(at('shared', name), 'rules')).rejects.toThrow('it belongs to another user')
    expect(readFileSync(at('shared', 'file'), 'utf8')).toBe('bait')
  })

  it('does not lend its mode as a hard link', async () => {
    linkSync(victim, at('shared', 'out'))
    await expect(replaceFile(at('shared', 'out'), 'rules')).rejects.toThrow('several hard links')
  })

  it('is no help where anybody may rename our links', async () => {
    chmodSync(at('shared'), 0o777)
    symlinkSync(victim, at('shared', 'ours'))
    await expect(replaceFile(at('shared', 'ours'), 'text')).rejects.toThrow('anybody can rename files')
  })

  it('is never written through while it is exchanged all the time', async () => {
    mkdirSync(at('shared', 'real'))
    chmodSync(at('shared', 'real'), 0o777)
    chownSync(at('shared', 'real'), OTHER, OTHER)
    mkdirSync(at('target'))
    const swap = `
      const fs = require('node:fs')
      process.chdir(${JSON.stringify(at('shared'))})
      fs.symlinkSync(${JSON.stringify(at('target'))}, 'link')
      process.stdout.write('ready')
      for (;;) {
        fs.renameSync('real', 'aside'); fs.renameSync('link', 'real')
        fs.renameSync('real', 'link'); fs.renameSync('aside', 'real')
      }`
    const swapper = spawn(process.execPath, ['-e', swap], {uid: OTHER, gid: OTHER})
    try {
      await new Promise(resolve => swapper.stdout.once('data', resolve))
      for (let round = 0; round < 300; round += 1)
        await replaceFile(at('shared', 'real', `file-${round}`), 'text').catch(() => undefined)
    } finally {
      swapper.kill('SIGKILL')
    }
    expect(readdirSync(at('target'))).toEqual([])
  })
})

describe('what is no file', () => {
  it('/dev/null takes everything and stays', async () => {
    await replaceFile('/dev/null', 'text')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('/dev/full is full', async () => {
    await expect(replaceFile('/dev/full', 'text')).rejects.toMatchObject({code: 'ENOSPC'})
  })

  it('a named pipe brings more than it holds to its reader, and stays', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const text = 'x'.repeat(1_000_000)
    const reader = spawn('sh', ['-c', 'sleep 0.2; wc -c < "$0"', at('pipe')])
    const read = new Promise<string>(resolve =>
      reader.stdout.once('data', data => resolve(String(data).trim())),
    )
    await replaceFile(at('pipe'), text)
    expect(await read).toBe('1000000')
    expect(statSync(at('pipe')).isFIFO()).toBe(true)
  })

  it.each([
    ['/dev/stdout', '| cat'],
    ['/dev/fd/1', '> "$0"; cat "$0"'],
    ['/proc/self/fd/1', '>> "$0"; cat "$0"'],
  ])('%s is what the caller has opened: %s', (path, redirection) => {
    const module = JSON.stringify(new URL('../../../src/platform/files/write.ts', import.meta.url).href)
    const write = `import(${module}).then(({replaceFile}) => replaceFile('${path}', 'text\\n'))`
    const out = execFileSync('sh', ['-c', `"$1" -e "$2" ${redirection}`, at('file'), process.execPath, write])
    expect(String(out)).toBe('text\n')
  })
})

describe('a file that is written in pieces', () => {
  it('appears when it is kept', async () => {
    const draft = await beginFile(at('file'))
    await draft.write('half of it')
    await draft.restart()
    await draft.write('one ')
    await draft.write(Buffer.from('two'))
    expect(readdirSync(directory)).toEqual([expect.stringMatching(/^\.drs-onboard-\d+-[0-9a-f]{16}\.tmp$/)])
    await draft.keep()
    await draft.discard()
    expect(readFileSync(at('file'), 'utf8')).toBe('one two')
    expect(readdirSync(directory)).toEqual(['file'])
  })

  it('is gone when it is discarded, or when it cannot be put in place', async () => {
    const draft = await beginFile(at('file'))
    await draft.write('text')
    await draft.discard()
    expect(readdirSync(directory)).toEqual([])
    const blocked = await beginFile(at('blocked'))
    mkdirSync(at('blocked'))
    await expect(blocked.keep()).rejects.toThrow()
    await blocked.discard()
    expect(readdirSync(directory)).toEqual(['blocked'])
  })

  it('is gone when the program ends in the middle', () => {
    const module = JSON.stringify(new URL('../../../src/platform/files/write.ts', import.meta.url).href)
    const script = `const {beginFile} = await import(${module})
      const draft = await beginFile(process.argv[1])
      await draft.write('half')
      process.exit(3)`
    expect(() =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script, at('file')], {stdio: 'pipe'}),
    ).toThrow(expect.objectContaining({status: 3}))
    expect(readdirSync(directory)).toEqual([])
  })
})

describe('a file that is being written when a signal comes', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is gone after %s, though a thread hangs', async (signal, code) => {
    execFileSync('mkfifo', [at('pipe')])
    const source = (path: string) => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).href)
    const script = `const {endOnSignals} = await import(${source('commands/signals.ts')})
      const {beginFile} = await import(${source('platform/files/write.ts')})
      endOnSignals()
      const draft = await beginFile(process.argv[1] + '/file')
      await draft.write('half')
      process.getBuiltinModule('node:fs').open(process.argv[1] + '/pipe', 'r', () => undefined)
      process.stdout.write('ready')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory])
    const ended = once(child, 'close')
    await once(child.stdout, 'data')
    expect(readdirSync(directory)).toHaveLength(2)
    child.kill(signal)
    expect(await ended).toEqual([code, null])
    expect(readdirSync(directory)).toEqual(['pipe'])
  })
})

describe('creating a file', () => {
  it.each(['file', 'link'])('never goes through what has its name: a %s', async kind => {
    writeFileSync(at('victim'), 'untouched')
    if (kind === 'file') writeFileSync(at('claim'), 'theirs')
    else symlinkSync('victim', at('claim'))
    await expect(createFile(at('claim'), 'ours')).rejects.toMatchObject({code: 'EEXIST'})
    expect(readFileSync(at('victim'), 'utf8')).toBe('untouched')
  })

  it('makes it private', async () => {
    await createFile(at('claim'), 'ours')
    expect(modeOf(at('claim'))).toBe(0o600)
  })
})

it('makes directories of mode 0700, all that are missing', async () => {
  await makeDirectory(at('one', 'two', 'three'))
  await makeDirectory(at('one', 'two', 'three'))
  for (const path of [at('one'), at('one', 'two'), at('one', 'two', 'three')])
    expect(modeOf(path)).toBe(0o700)
  await syncToDisk(at('one', 'two'))
})
