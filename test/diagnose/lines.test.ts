import {gzipSync} from 'node:zlib'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {encodingOf} from '../../src/diagnose/encoding.ts'
import {linesOf} from '../../src/diagnose/lines.ts'

const MIB = 1024 * 1024

async function* inChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer, void> {
  let at = 0
  for (let index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function linesIn(
  bytes: Buffer,
  sizes: readonly number[] = [bytes.length || 1],
  head: Buffer | null = null,
) {
  const lines: string[] = []
  for await (const some of linesOf({chunks: inChunks(bytes, sizes), head, most: MIB})) lines.push(...some)
  return lines
}

const be = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()

const ENCODERS = {
  'UTF-8': (text: string) => Buffer.from(text),
  'UTF-8 with a byte order mark': (text: string) => Buffer.from(`\ufeff${text}`),
  'UTF-16, little-endian': (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16, big-endian': be,
  'UTF-16 without a mark': (text: string) => Buffer.from(text, 'utf16le'),
  gzip: (text: string) => gzipSync(text),
  'gzip of UTF-16': (text: string) => gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')),
  'gzip of two members': (text: string) =>
    Buffer.concat([gzipSync(text.slice(0, 5)), gzipSync(text.slice(5))]),
}

describe.each(Object.entries(ENCODERS))('%s', (_, encode) => {
  test('in chunks of any size gives its lines, of either end', async () => {
    const text = 'The installation\r\nLine two: “é” 漢字 🙂\n\n  last'
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({min: 1, max: 40}), {minLength: 1, maxLength: 5}), async sizes => {
        expect(await linesIn(encode(text), sizes)).toEqual([
          'The installation',
          'Line two: “é” 漢字 🙂',
          '',
          '  last',
        ])
      }),
    )
  })
})

test('a part of a line where the beginning is left out is passed over', async () => {
  const head = Buffer.from('The installation of the AWS Replication Agent has started.\n')
  expect(await linesIn(Buffer.from('of a line\none\ntwo'), [3], head)).toEqual(['one', 'two'])
  const wide = Buffer.from('\ufeffAWS Replication Agent\n', 'utf16le')
  expect(await linesIn(Buffer.from('rest\none\n', 'utf16le'), [4], wide)).toEqual(['one'])
  expect(await linesIn(Buffer.from('no end'), [4], head)).toEqual([])
})

test('of a long line the beginning is kept', async () => {
  const [long = '', next] = await linesIn(Buffer.from(`${'x'.repeat(900_000)}\nnext`), [1_000])
  expect(long).toBe('x'.repeat(65_536))
  expect(next).toBe('next')
})

describe('refused:', () => {
  test.each([
    ['nothing', Buffer.alloc(0), 'empty'],
    ['gzip of nothing', gzipSync(''), 'empty'],
    ['zeros', Buffer.alloc(10_000), 'binary'],
    [
      'a program',
      Buffer.concat([Buffer.from('\u007fELF'), Buffer.alloc(500), Buffer.from('text')]),
      'binary',
    ],
    [
      'random bytes',
      Buffer.from(Array.from({length: 8_000}, (_, index) => (index * index * 7919) % 256)),
      'binary',
    ],
    ['gzip in gzip', gzipSync(gzipSync('text')), 'binary'],
    ['half of gzip', gzipSync('text '.repeat(1_000) + Math.PI).subarray(0, -12), 'damaged'],
    ['gzip with a wrong byte', damaged(), 'damaged'],
    ['gzip of more than may be', gzipSync('text\n'.repeat(MIB)), 'too-large'],
  ])('%s', async (_, bytes, reason) => {
    await expect(linesIn(bytes, [1_024])).rejects.toMatchObject({reason})
  })
})

function damaged(): Buffer {
  const bytes = gzipSync('The installation of the AWS Replication Agent has started.\n'.repeat(50))
  bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0xff
  return bytes
}

test('what breaks off while it is read is not taken for damaged', async () => {
  async function* broken(): AsyncGenerator<Buffer, void> {
    yield gzipSync('text').subarray(0, 10)
    throw new Error('EIO')
  }
  await expect(linesOf({chunks: broken(), head: null, most: MIB}).next()).rejects.toThrow('EIO')
})

test.each([
  [
    'a text of an old code page',
    Buffer.from('Die Installation lie\xdf sich nicht \xf6ffnen, Zugriff verweigert', 'latin1'),
    'utf-8',
  ],
  ['a text with colors', Buffer.from('\u001b[31mERROR\u001b[0m failed'), 'utf-8'],
  ['one byte', Buffer.from('x'), 'utf-8'],
])('%s is text', (_, bytes, encoding) => expect(encodingOf(bytes)).toBe(encoding))
