import {readSystemFile} from '../files/read.ts'

/** Where systemd-resolved writes the servers that it asks itself. Source: systemd-resolved.service(8). */
const RESOLVED = '/run/systemd/resolve/resolv.conf'

/**
 * The name servers that are asked in the end: those given, or where they are systemd-resolved's own stub on this host
 * (127.0.0.53 and .54), the ones behind it.
 */
export async function upstreamServers(
  servers: readonly string[],
  file = RESOLVED,
): Promise<readonly string[]> {
  if (servers.length === 0 || !servers.every(server => /^127\.0\.0\.5[34]$/.test(server))) return servers
  const text = await readSystemFile(file).catch(() => '')
  const behind = [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, server]) => server ?? [])
  return behind.length > 0 ? behind : servers
}
