import {access, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {FirewallManager} from '../../../contract/host.ts'
import type {Keeper} from '../../../firewall/keeper.ts'

/** Files from which somebody loads rules at boot (man pages of netfilter-persistent, iptables-services, nft). */
const RULE_FILES = [
  '/etc/iptables/rules.v4',
  '/etc/iptables/rules.v6',
  '/etc/sysconfig/iptables',
  '/etc/sysconfig/ip6tables',
  '/etc/nftables.conf',
  '/etc/sysconfig/nftables.conf',
]

/** Reads what a lasting repair has to edit; changes nothing. */
export async function readKeeper(
  manager: FirewallManager | null,
  {root = '/'}: {readonly root?: string} = {},
): Promise<Omit<Keeper, 'mayAddUnit'>> {
  const texts = await Promise.all(
    RULE_FILES.map(path => readFile(join(root, path), 'utf8').catch(() => null)),
  )
  const files = RULE_FILES.flatMap((path, at) => {
    const text = texts[at]
    return typeof text === 'string' ? [[path, text] as const] : []
  })
  // What sd_booted(3) asks.
  const systemd = await access(join(root, 'run/systemd/system')).then(
    () => true,
    () => false,
  )
  return {manager, files: Object.fromEntries(files), systemd}
}
