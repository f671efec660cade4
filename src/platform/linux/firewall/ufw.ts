import type {Ufw} from '../../../firewall/keeper.ts'
import {type RunCommand, succeeded} from '../../command.ts'

/** Where ufw keeps what it was told, by the version that it came with (0.36 and later; earlier). */
const USER_RULES = {
  ip: ['/etc/ufw/user.rules', '/lib/ufw/user.rules'],
  ip6: ['/etc/ufw/user6.rules', '/lib/ufw/user6.rules'],
}

/** Reads what ufw has been told; null where that cannot be read. */
export async function readUfw(
  read: (path: string) => Promise<string | null>,
  run: RunCommand,
): Promise<Ufw | null> {
  const first = async (paths: readonly string[]) => {
    const texts = await Promise.all(paths.map(read))
    return texts.find(text => text !== null) ?? null
  }
  const [version, settings, ip, ip6] = await Promise.all([
    run(['ufw', '--version']),
    read('/etc/default/ufw'),
    first(USER_RULES.ip),
    first(USER_RULES.ip6),
  ])
  if (ip === null) return null
  return {
    version: succeeded(version) ? parseUfwVersion(version.stdout) : null,
    ipv6: /^\s*IPV6\s*=\s*["']?yes\b/im.test(settings ?? ''),
    rules: {ip: parseUfwRules(ip), ip6: parseUfwRules(ip6 ?? '')},
  }
}

/** Reads `ufw 0.36.2`, the first line of `ufw --version`. */
export function parseUfwVersion(text: string): Ufw['version'] {
  const match = /^ufw (\d+)\.(\d+)/m.exec(text)
  return match ? [Number(match[1]), Number(match[2])] : null
}

/**
 * Reads the lines `### tuple ### ACTION PROTOCOL DPORT DESTINATION SPORT SOURCE [APPLICATIONS] DIRECTION [comment=HEX]`
 * of user.rules. What is left of each without action and comment is what ufw takes rules for the same by.
 * Source: ufw 0.36.2, UFWRule.match() and its user.rules.
 */
export function parseUfwRules(text: string): string[] {
  return [...text.matchAll(/^### tuple ### \S+ (.+?)(?: comment=[0-9a-f]*)?$/gm)].map(([, tuple]) =>
    String(tuple),
  )
}
