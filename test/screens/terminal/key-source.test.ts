import {setImmediate} from 'node:timers/promises'
import {afterEach, expect, test, vi} from 'vitest'
import {KeySource} from '../../../src/screens/terminal/key-source.ts'
import {ESCAPE_KEY} from '../../../src/screens/terminal/split-keys.ts'
import {FakeInput} from '../fake-terminal.ts'

const ESC = '\u001B'
let source: KeySource

afterEach(() => {
  vi.useRealTimers()
  source.destroy()
})

/** Reads as Ink does: everything there is, at every `readable`. */
function reader(terminal: FakeInput) {
  source = new KeySource(terminal)
  source.setRawMode(true)
  const turns: string[][] = []
  const onReadable = () => {
    const keys: string[] = []
    for (let key = source.read(); key !== null; key = source.read()) keys.push(key)
    if (keys.length > 0) turns.push(keys)
  }
  source.on('readable', onReadable)
  return {source, turns, onReadable}
}

test('a burst is handed on key by key, each in a turn of its own', async () => {
  const terminal = new FakeInput()
  const {turns} = reader(terminal)
  terminal.write(`${ESC}[B${ESC}[Bj\r`)
  await vi.waitFor(() => expect(turns).toEqual([[`${ESC}[B`], [`${ESC}[B`], ['j'], ['\r']]))
})

test('a key, a character or a paste that is cut between chunks arrives whole', async () => {
  const terminal = new FakeInput()
  const {turns} = reader(terminal)
  terminal.write(`${ESC}`)
  terminal.write(`[`)
  terminal.write(`A${ESC}[200~10.0.`)
  terminal.write(`0.0/8${ESC}[201`)
  terminal.write(Buffer.concat([Buffer.from('~'), Buffer.from('é').subarray(0, 1)]))
  terminal.write(Buffer.from('é').subarray(1))
  await vi.waitFor(() => expect(turns.flat()).toEqual([`${ESC}[A`, `${ESC}[200~10.0.0.0/8${ESC}[201~`, 'é']))
})

test('a lone Esc is a key once nothing has followed it', async () => {
  const terminal = new FakeInput()
  const {turns} = reader(terminal)
  terminal.write(ESC)
  await vi.waitFor(() => expect(turns).toEqual([[ESCAPE_KEY]]))
})

test('a paste that never ends is handed on, and keys after it work', async () => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
  const terminal = new FakeInput()
  const {turns} = reader(terminal)
  terminal.write(`${ESC}[200~abc`)
  await setImmediate()
  vi.advanceTimersByTime(1_000)
  terminal.write('x')
  await vi.waitFor(() => expect(turns.flat()).toEqual([`${ESC}[200~abc${ESC}[201~`, 'x']))
})

test('half a sequence that never ends is forgotten', async () => {
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']})
  const terminal = new FakeInput()
  const {turns} = reader(terminal)
  terminal.write(`${ESC}[1;`)
  await setImmediate()
  vi.advanceTimersByTime(500)
  terminal.write('A')
  await vi.waitFor(() => expect(turns.flat()).toEqual(['A']))
})

test('raw mode off stops reading the terminal, and what comes then is left to others', async () => {
  const terminal = new FakeInput()
  const {source, turns} = reader(terminal)
  terminal.write('a')
  await vi.waitFor(() => expect(turns.flat()).toEqual(['a']))
  source.setRawMode(false)
  expect(terminal.raw).toBe(false)
  expect(terminal.isPaused()).toBe(true)
  expect(terminal.listenerCount('data')).toBe(0)
  terminal.write('secret')
  await setImmediate()
  expect(turns.flat()).toEqual(['a'])
  expect(terminal.read()?.toString()).toBe('secret')
  source.setRawMode(true)
  terminal.write('b')
  await vi.waitFor(() => expect(turns.flat()).toEqual(['a', 'b']))
})

test('keys that nobody has taken are forgotten when raw mode goes off', async () => {
  const terminal = new FakeInput()
  const {source, turns, onReadable} = reader(terminal)
  source.off('readable', onReadable)
  terminal.write('yyy')
  await setImmediate()
  source.setRawMode(false)
  source.on('readable', onReadable)
  source.setRawMode(true)
  terminal.write('n')
  await vi.waitFor(() => expect(turns.flat()).toEqual(['n']))
})

test('keys wait while nobody listens', async () => {
  const terminal = new FakeInput()
  const {source, turns, onReadable} = reader(terminal)
  source.off('readable', onReadable)
  terminal.write('ab')
  await setImmediate()
  await setImmediate()
  expect(turns).toEqual([])
  source.on('readable', onReadable)
  await vi.waitFor(() => expect(turns).toEqual([['a'], ['b']]))
})

test.each(['end', 'error'])('ends when the terminal does: %s', async how => {
  const terminal = new FakeInput()
  const {source} = reader(terminal)
  const ended = vi.fn()
  source.on('end', ended)
  if (how === 'end') terminal.end()
  else terminal.destroy(Object.assign(new Error('read EIO'), {code: 'EIO'}))
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
})

test('releases the terminal when destroyed', async () => {
  const terminal = new FakeInput()
  const before = terminal.listenerCount('end')
  const {source} = reader(terminal)
  source.destroy()
  await vi.waitFor(() => expect(terminal.listenerCount('data')).toBe(0))
  expect(terminal.listenerCount('end')).toBe(before)
})

test('Ctrl-Z is no key, and comes after the keys before it', async () => {
  const terminal = new FakeInput()
  const {source: keys, turns} = reader(terminal)
  const before: string[][] = []
  keys.on('suspend', () => before.push(turns.flat()))
  terminal.write('a\u001Ab')
  await vi.waitFor(() => expect(turns.flat()).toEqual(['a', 'b']))
  expect(before).toEqual([['a']])
})
