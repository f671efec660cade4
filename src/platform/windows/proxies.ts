import type {ProxyScope, ScopedProxy} from '../platform.ts'
import {dword, type KeyContent, type Registry, text} from './registry.ts'
import {valueNamed} from './registry-text.ts'
import {parseWinHttpSettings} from './win-http.ts'

const INTERNET = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
const MACHINE_ENVIRONMENT = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment'
/** The account as whom services run, the agent's among them. */
const LOCAL_SYSTEM = 'HKU\\S-1-5-18'

/**
 * Reads the proxies of every scope: WinHTTP, the environment of the machine, of LocalSystem and of this user, and the
 * Internet settings of both. A scope that cannot be read is left out, as is one without a proxy.
 */
export async function readProxies(registry: Registry): Promise<readonly ScopedProxy[]> {
  const [winHttp, machine, systemInternet, systemEnvironment, userInternet, userEnvironment] =
    await Promise.all(
      [
        `HKLM\\${INTERNET}\\Connections`,
        MACHINE_ENVIRONMENT,
        `${LOCAL_SYSTEM}\\${INTERNET}`,
        `${LOCAL_SYSTEM}\\Environment`,
        `HKCU\\${INTERNET}`,
        'HKCU\\Environment',
      ].map(key => registry.peek(key)),
    )
  return [
    ...of('winhttp', 'WinHTTP', winHttpProxy(winHttp)),
    ...of('machine', 'https_proxy of the machine', environmentProxy(machine)),
    ...of('local-system', 'https_proxy of LocalSystem', environmentProxy(systemEnvironment)),
    ...of('local-system', 'Internet settings of LocalSystem', internetProxy(systemInternet)),
    ...of('user', 'https_proxy of this user', environmentProxy(userEnvironment)),
    ...of('user', 'Internet settings of this user', internetProxy(userInternet)),
  ]
}

function of(scope: ProxyScope, source: string, proxy: string | null): readonly ScopedProxy[] {
  return proxy === null ? [] : [{scope, source, proxy}]
}

function environmentProxy(key: KeyContent | undefined): string | null {
  return key ? text(key, 'https_proxy') : null
}

function internetProxy(key: KeyContent | undefined): string | null {
  return key && dword(key, 'ProxyEnable') === 1 ? text(key, 'ProxyServer') : null
}

function winHttpProxy(key: KeyContent | undefined): string | null {
  const value = key?.kind === 'read' ? valueNamed(key.values, 'WinHttpSettings') : undefined
  return value?.type === 'REG_BINARY' ? parseWinHttpSettings(value.data) : null
}
