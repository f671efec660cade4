import dns from 'node:dns'
import net from 'node:net'
import {runCommand} from '../command.ts'
import type {Address} from './dns.ts'
import type {Limits} from './wait.ts'

/**
 * Addresses of a name by getaddrinfo(3), in the order that it gives (RFC 6724); null where it finds none.
 *
 * On Linux getent(1) calls it, in a process of its own that can be ended: inside this one, a call on a dead name server
 * would hold the whole program back when it wants to end, for as long as resolv.conf allows.
 */
export async function getaddrinfo(name: string, limits: Limits): Promise<readonly Address[] | null> {
  if (process.platform === 'win32') return await inThisProcess(name)
  const result = await runCommand(['getent', 'ahosts', name], limits)
  if (result.kind === 'not-found') return await inThisProcess(name)
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

function inThisProcess(name: string): Promise<readonly Address[] | null> {
  return new Promise(resolve => {
    dns.lookup(name, {all: true, order: 'verbatim'}, (error, found) => {
      resolve(error ? null : found.map(({address, family}) => ({address, family: family === 6 ? 6 : 4})))
    })
  })
}
