import {parseProxy, redactProxy} from './address.ts'

/** A proxy that is configured for other programs than this one. */
export type ProxySetting = {
  /** Without credentials, with the final slash that AWS's installer needs. Of a script: where it is. */
  readonly url: string
  /** The file, or the place in the registry, that names it. */
  readonly from: string
  /** A proxy auto-configuration script: which proxy it means has to be read there. */
  readonly isScript?: true
}

/** Proxies as they were found (`https://` or `http://` URLs), each with the first place that names it; others are left out. */
export function distinctSettings(
  found: readonly {readonly given: string; readonly from: string}[],
): readonly ProxySetting[] {
  const settings = new Map<string, ProxySetting>()
  for (const {given, from} of found) {
    const url = `${redactProxy(given).replace(/\/*$/, '')}/`
    if (parseProxy(given) !== null && !settings.has(url)) settings.set(url, {url, from})
  }
  return [...settings.values()]
}
