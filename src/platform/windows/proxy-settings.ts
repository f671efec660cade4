import {redactProxy} from '../network/proxy-address.ts'
import {distinctSettings, type ProxySetting} from '../network/proxy-setting.ts'
import type {ScopedProxy} from './windows-facts.ts'

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
