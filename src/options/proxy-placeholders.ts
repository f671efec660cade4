const NOT_A_PROXY_URL = '<PROXY URL>'

/**
 * A proxy URL that may be shown: credentials become placeholders, and only scheme, host and port are kept, with the
 * trailing slash that AWS's installer needs. What cannot be understood is withheld whole, since it may hold a password.
 */
export function proxyWithPlaceholders(url: string): string {
  const [, scheme = 'http://', rest = ''] = /^(\w+:\/\/)?(.*)$/s.exec(url) ?? []
  // Up to the last @, not the first: a password that should have been percent-encoded may hold @, /, ? and #.
  const at = rest.lastIndexOf('@')
  const written = scheme + rest.slice(at + 1)
  if (!URL.canParse(written)) return NOT_A_PROXY_URL
  const {protocol, host} = new URL(written)
  if ((protocol !== 'http:' && protocol !== 'https:') || host === '') return NOT_A_PROXY_URL
  return `${protocol}//${at === -1 ? '' : '<USER>:<PASSWORD>@'}${host}/`
}
