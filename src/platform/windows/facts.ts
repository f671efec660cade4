import {type RunCommand, runCommand} from '../command.ts'
import type {WindowsFacts} from '../platform.ts'
import {readProxies} from './proxies.ts'
import {createRegistry} from './registry.ts'
import {readTls12} from './schannel.ts'

/** Reads from the registry what the agent's installer depends on besides the network. */
export async function readWindowsFacts(
  signal?: AbortSignal,
  run: RunCommand = runCommand,
): Promise<WindowsFacts> {
  const registry = createRegistry(run, signal)
  const [tls12, proxies] = await Promise.all([readTls12(registry), readProxies(registry)])
  return {tls12, proxies}
}
