export type DnsFailure = 'dns.not-found' | 'dns.timeout' | 'dns.server-failure'

/**
 * What the failures of a name's A and AAAA query say together. A name that does not exist is that for both; apart
 * from it, a query without an answer outweighs a server's failure, and that outweighs an empty answer, which may be
 * for the address family that the name does not have.
 * Codes: https://nodejs.org/api/dns.html#error-codes
 */
export function classifyFailures(errnos: readonly string[]): {code: DnsFailure; errno: string} {
  const missing = errnos.find(errno => errno === 'ENOTFOUND')
  if (missing) return {code: 'dns.not-found', errno: missing}
  const silent = errnos.find(errno => errno === 'ETIMEOUT')
  if (silent) return {code: 'dns.timeout', errno: silent}
  const broken = errnos.find(errno => errno !== 'ENODATA')
  if (broken) return {code: 'dns.server-failure', errno: broken}
  return {code: 'dns.not-found', errno: 'ENODATA'}
}
