import {dword, type Registry} from './registry.ts'
import type {WindowsFacts} from './windows-facts.ts'

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
