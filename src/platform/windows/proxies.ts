import {dword, type KeyContent, type Registry, text} from './registry.ts'
import {valueNamed} from './registry-text.ts'
import {parseWinHttpSettings} from './win-http.ts'
import type {ProxyScope, ScopedProxy} from './windows-facts.ts'

const INTERNET = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
/** Where a policy has all users share the machine's settings (ProxySettingsPerUser=0). */
const INTERNET_POLICY = 'HKLM\\Software\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
const MACHINE_ENVIRONMENT = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment'
/** The account as whom services run, the agent's among them. */
const LOCAL_SYSTEM = 'HKU\\S-1-5-18'

/**
 * Reads the proxies of every scope: WinHTTP, the environment of the machine, of LocalSystem and of this user, and the
 * Internet settings of all three, with the scripts that they name. A scope that cannot be read is left out, as is one without a proxy.
 */
export async function readProxies(registry: Registry): Promise<readonly ScopedProxy[]> {
  const [
    winHttp,
    machine,
    policy,
    machineInternet,
    systemInternet,
    systemEnvironment,
    userInternet,
    userEnvironment,
  ] = await Promise.all(
    [
      `HKLM\\${INTERNET}\\Connections`,
      MACHINE_ENVIRONMENT,
      INTERNET_POLICY,
      `HKLM\\${INTERNET}`,
      `${LOCAL_SYSTEM}\\${INTERNET}`,
      `${LOCAL_SYSTEM}\\Environment`,
      `HKCU\\${INTERNET}`,
      'HKCU\\Environment',
    ].map(key => registry.peek(key)),
  )
  const shared = policy !== undefined && dword(policy, 'ProxySettingsPerUser') === 0
  return [
    ...of('winhttp', 'WinHTTP (netsh winhttp show proxy)', winHttpProxy(winHttp)),
    ...of('machine', 'https_proxy of the machine', environmentProxy(machine)),
    ...(shared ? ofInternet('machine', 'the Internet settings of the machine', machineInternet) : []),
    ...of('local-system', 'https_proxy of LocalSystem', environmentProxy(systemEnvironment)),
    ...ofInternet('local-system', 'the Internet settings of LocalSystem', systemInternet),
    ...of('user', 'https_proxy of this user', environmentProxy(userEnvironment)),
    ...ofInternet('user', 'the Internet settings of this user', userInternet),
  ]
}

function of(scope: ProxyScope, source: string, proxy: string | null): readonly ScopedProxy[] {
  return proxy === null ? [] : [{scope, source, proxy}]
}

function ofInternet(scope: ProxyScope, source: string, key: KeyContent | undefined): readonly ScopedProxy[] {
  const script = key ? text(key, 'AutoConfigURL') : null
  return [
    ...of(scope, source, internetProxy(key)),
    ...of(scope, source, script).map(found => ({...found, isScript: true as const})),
  ]
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
