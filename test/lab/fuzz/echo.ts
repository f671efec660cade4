import {createServer} from 'node:net'
import {PORTS} from './world.ts'

/** Echoes on every port of the world; says `ready` once all are bound. */
export async function serveEcho(): Promise<void> {
  await Promise.all(
    PORTS.map(port => {
      const {promise, resolve, reject} = Promise.withResolvers<void>()
      createServer(socket => {
        socket.on('error', () => socket.destroy())
        socket.pipe(socket)
      })
        .on('error', reject)
        .listen({port, host: '::', backlog: 1024}, resolve)
      return promise
    }),
  )
}

if (process.argv[1] === import.meta.filename) {
  await serveEcho()
  process.stdout.write('ready\n')
  process.stdin.on('end', () => process.exit()).resume()
}
