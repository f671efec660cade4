import net from 'node:net'
import {runCommand} from '../command.ts'
import {noted, shortageOf} from '../shortage.ts'
import type {Address} from './address.ts'
import type {Limits} from './wait.ts'

/** Addresses of a name by getaddrinfo(3), in the order that it gives (RFC 6724); null where it finds none. */
export type Getaddrinfo = (name: string, limits: Limits) => Promise<readonly Address[] | null>

/**
 * getaddrinfo in this process: fast, but it cannot be ended. On a dead name server it lasts as long as resolv.conf allows;
 * see end-process.ts.
 */
export const lookUpHere: Getaddrinfo = name =>
  new Promise((resolve, reject) => {
    process.getBuiltinModule('node:dns').lookup(name, {all: true, order: 'verbatim'}, (error, found) => {
      if (shortageOf(error) !== null) reject(noted(error))
      else resolve(error ? null : found.map(({address, family}) => ({address, family: family === 6 ? 6 : 4})))
    })
  })

/** getaddrinfo in a process of its own, getent(1), which is ended when the time is up; where there is one. */
export const lookUpApart: Getaddrinfo = async (name, limits) => {
  if (process.platform === 'win32') return await lookUpHere(name, limits)
  const result = await runCommand(['getent', 'ahosts', name], limits)
  if (result.kind === 'not-found') return await lookUpHere(name, limits)
  return result.kind === 'exited' && result.code === 0 ? parseAhosts(result.stdout) : null
}

/** Lines `ADDRESS TYPE [NAME]`, each address once for every socket type; a scope (`fe80::1%eth0`) stays. */
export function parseAhosts(output: string): readonly Address[] | null {
  const found = new Set(output.split('\n').map(line => line.split(/\s/, 1)[0] ?? ''))
  const addresses = [...found].flatMap(address => {
    const family = net.isIP(address)
    return family === 4 || family === 6 ? [{address, family} as const] : []
  })
  return addresses.length > 0 ? addresses : null
}
