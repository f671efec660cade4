import {release} from 'node:os'
import {type RunCommand, runCommand} from '../process/command.ts'
import {readProxies} from './proxy-settings.ts'
import {createRegistry, dword, type Registry, text} from './registry.ts'
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

/** What the firmware says of the machine. */
const BIOS = 'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS'

/**
 * Whether this host is an EC2 instance, by what its firmware says: Amazon made it, or Xen of a version of Amazon's.
 * Source: Amazon EC2 User Guide, "Detect whether a host is an EC2 instance"; SMBIOS, system information.
 */
export async function readIsEc2(registry: Registry): Promise<boolean> {
  const firmware = await registry.peek(BIOS)
  const maker = text(firmware, 'SystemManufacturer') ?? ''
  return maker === 'Amazon EC2' || (maker === 'Xen' && /\.amazon\b/.test(text(firmware, 'BIOSVersion') ?? ''))
}

const TLS_1_2 =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Client'

/**
 * Reads whether TLS 1.2 is switched off for clients of Schannel, such as the agent's installer. Where nobody has set it,
 * it is on from Windows 8 and Server 2012 (6.2) on, and off before.
 * Sources: Microsoft Learn, "Transport Layer Security (TLS) registry settings", "Protocols in TLS/SSL (Schannel SSP)".
 *
 * @param release `major.minor.build` of this Windows
 */
export async function readTls12(registry: Registry, release: string): Promise<WindowsFacts['tls12']> {
  const key = await registry.peek(TLS_1_2)
  const [enabled, disabledByDefault] = [dword(key, 'Enabled'), dword(key, 'DisabledByDefault')]
  if (enabled === 0 || disabledByDefault === 1) return 'off'
  if (enabled !== null || disabledByDefault !== null) return 'on'
  const [major = 0, minor = 0] = release.split('.').map(Number)
  return major < 6 || (major === 6 && minor < 2) ? 'off' : 'default'
}
