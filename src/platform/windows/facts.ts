import {release} from 'node:os'
import {type RunCommand, runCommand} from '../command.ts'
import {readIsEc2} from './ec2.ts'
import {readProxies} from './proxies.ts'
import {createRegistry} from './registry.ts'
import {readTls12} from './schannel.ts'
import type {WindowsFacts} from './windows-facts.ts'

/** Reads from the registry what the agent's installer depends on besides the network. */
export async function readWindowsFacts(
  signal?: AbortSignal,
  run: RunCommand = runCommand,
  version: string = release(),
): Promise<WindowsFacts> {
  const registry = createRegistry(run, signal)
  const [tls12, proxies, isEc2] = await Promise.all([
    readTls12(registry, version),
    readProxies(registry),
    readIsEc2(registry),
  ])
  return {tls12, proxies, isEc2}
}
