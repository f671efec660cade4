import {createHash} from 'node:crypto'
import type {AwsFaults} from './aws-settings.ts'

const BLOCK = 65_536
const NEVER = Number.POSITIVE_INFINITY

/** Bytes `from` (inclusive) to `to` (exclusive) of the stand-in for the agent installer, in blocks. */
export function* installerBytes(from: number, to: number): Generator<Buffer> {
  for (let at = from; at < to; ) {
    const index = Math.floor(at / BLOCK)
    const block = Buffer.alloc(BLOCK, `agent installer, block ${index}\n`)
    const end = Math.min(to, (index + 1) * BLOCK)
    yield block.subarray(at - index * BLOCK, end - index * BLOCK)
    at = end
  }
}

/** SHA-512 of the whole installer in hexadecimal. */
export function installerDigest(size: number): string {
  const hash = createHash('sha512')
  for (const block of installerBytes(0, size)) hash.update(block)
  return hash.digest('hex')
}

/** What is done to the body on its way: a block to send, or how it ends early. */
export async function* faultyBody(
  body: Iterable<Buffer>,
  faults: AwsFaults,
): AsyncGenerator<Buffer | 'close' | 'stall'> {
  const cutAt = Math.min(faults.truncateAt ?? NEVER, faults.cutOnceAt ?? NEVER)
  const limit = Math.min(cutAt, faults.stallAt ?? NEVER)
  let sent = 0
  for (const block of body) {
    const rest = limit - sent
    if (block.length > rest) {
      yield block.subarray(0, rest)
      yield cutAt === limit ? 'close' : 'stall'
      return
    }
    yield block
    sent += block.length
    if (faults.bytesPerSecond) {
      const pauseMs = (block.length / faults.bytesPerSecond) * 1000
      await new Promise(resolve => setTimeout(resolve, pauseMs))
    }
  }
}
