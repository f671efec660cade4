import {redactProxy} from '../network/proxy/address.ts'
import {distinctSettings, type ProxySetting} from '../network/proxy/setting.ts'
import {dword, type KeyContent, type Registry, text} from './registry.ts'
import {valueNamed} from './registry-text.ts'
import type {ProxyScope, ScopedProxy} from './windows-facts.ts'

/** The proxies of this host's scopes that HTTPS would go through, and the scripts that choose one. */
export function proxySettings(proxies: readonly ScopedProxy[]): readonly ProxySetting[] {
  const named = proxies.filter(({isScript}) => !isScript)
  const scripts = new Map(
    proxies
      // Of several places, the first one stays.
      .toReversed()
      .flatMap(({proxy, source, isScript}) => (isScript ? [[redactProxy(proxy), source] as const] : [])),
  )
  return [
    ...distinctSettings(
      named.flatMap(({proxy, source}) => httpsProxies(proxy).map(given => ({given, from: source}))),
    ),
    ...[...scripts].map(([url, from]) => ({url, from, isScript: true as const})),
  ]
}

/**
 * The proxies for HTTPS in `HOST:PORT`, a URL, or a list `http=A:1;https=B:2` divided by semicolons or blanks, as URLs.
 * Source: WINHTTP_PROXY_INFO (winhttp.h), "lpszProxy".
 */
export function httpsProxies(text: string): readonly string[] {
  return text
    .split(/[\s;]+/)
    .map(entry => /^(?:([a-z]+)=)?(.*)$/i.exec(entry))
    .flatMap(match => {
      const [, scheme = 'https', address = ''] = match ?? []
      if (address === '' || scheme.toLowerCase() !== 'https') return []
      return [/^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`]
    })
}

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

/** The flag that says that there is a proxy. */
const USES_PROXY = 2

/**
 * The proxy that `netsh winhttp set proxy` has stored; null for direct access and for anything else. In 32-bit little
 * endian: the structure's version, a counter, flags; then the proxy's name with its length before it, in ASCII.
 *
 * @param hex the value's data as `reg query` prints REG_BINARY
 */
export function parseWinHttpSettings(hex: string): string | null {
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) return null
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  const view = new DataView(bytes.buffer)
  if (bytes.length < HEADER_BYTES) return null
  const flags = view.getUint32(8, true)
  const length = view.getUint32(12, true)
  if ((flags & USES_PROXY) === 0 || length === 0 || HEADER_BYTES + length > bytes.length) return null
  return String.fromCharCode(...bytes.subarray(HEADER_BYTES, HEADER_BYTES + length))
}

const HEADER_BYTES = 16
