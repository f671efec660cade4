import type {WindowsFacts} from '../platform.ts'
import {dword, type Registry} from './registry.ts'

const TLS_1_2 =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Client'

/**
 * Reads whether TLS 1.2 is switched off for clients of Schannel, such as the agent's installer.
 * Source: Microsoft Learn, "Transport Layer Security (TLS) registry settings".
 */
export async function readTls12(registry: Registry): Promise<WindowsFacts['tls12']> {
  const key = await registry.peek(TLS_1_2)
  const [enabled, disabledByDefault] = [dword(key, 'Enabled'), dword(key, 'DisabledByDefault')]
  if (enabled === 0 || (enabled === null && disabledByDefault === 1)) return 'off'
  return enabled === null && disabledByDefault === null ? 'default' : disabledByDefault === 1 ? 'off' : 'on'
}
