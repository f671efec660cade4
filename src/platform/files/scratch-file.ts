import {randomBytes} from 'node:crypto'
import {constants} from 'node:fs'
import {open, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {openPlace} from './place.ts'

/** A file without a name: nobody else finds it, and it is gone when it is closed or this process ends. */
export type ScratchFile = {
  write(chunk: Uint8Array): Promise<void>
  /** Drops everything written so far. */
  restart(): Promise<void>
  /** All of it from its start, in pieces. A piece is good until the next is asked for. */
  read(): AsyncGenerator<Uint8Array, void>
  close(): Promise<void>
}

const PIECE_BYTES = 256 * 1024

/**
 * Opens a scratch file on the file system of a directory (unlink(2): a file that is open stays until it is closed).
 * @throws the error of the system call
 */
export async function openScratchFile(directory: string): Promise<ScratchFile> {
  // Named like a draft, so that one whose process is killed before the name is removed is cleared away as well.
  const name = `.drs-onboard-${process.pid}-${randomBytes(8).toString('hex')}.tmp`
  const place = await openPlace(join(directory, name), {follow: false})
  try {
    const path = place.directory.entry(place.name)
    const {O_RDWR, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW = 0} = constants
    const file = await open(path, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0o600)
    await rm(path, {force: true})
    return {
      write: chunk => file.writeFile(chunk),
      restart: () => file.truncate(0),
      async *read() {
        const buffer = new Uint8Array(PIECE_BYTES)
        for (let at = 0; ; ) {
          const {bytesRead} = await file.read(buffer, 0, buffer.length, at)
          if (bytesRead === 0) return
          at += bytesRead
          yield buffer.subarray(0, bytesRead)
        }
      },
      close: () => file.close(),
    }
  } finally {
    await place.directory.close()
  }
}
