import {access, readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {FirewallManager} from '../../../contract/host.ts'
import type {LinuxFirewallState} from '../../../firewall/state.ts'

/**
 * Who owns the rules of this host and would write them anew, told from files alone; null when nobody does. `root` is
 * the directory that stands for `/`. The order is that of who is on top of whom.
 */
export async function findManager(state: Dumps, root = '/'): Promise<FirewallManager | null> {
  const [ufw, units, csf, shorewall, ferm, suse] = await Promise.all([
    readOrEmpty(join(root, 'etc/ufw/ufw.conf')),
    enabledUnits(root),
    exists(join(root, 'etc/csf/csf.conf')),
    exists(join(root, 'etc/shorewall/shorewall.conf')),
    exists(join(root, 'etc/ferm/ferm.conf')),
    exists(join(root, 'etc/sysconfig/SuSEfirewall2')),
  ])
  if (/^\s*ENABLED=["']?yes/im.test(ufw)) return 'ufw'
  if (isFirewalldAtWork(state)) return 'firewalld'
  if (csf) return 'csf'
  if (shorewall && units.has('shorewall.service')) return 'shorewall'
  if (ferm && units.has('ferm.service')) return 'ferm'
  if (suse && units.has('SuSEfirewall2.service')) return 'SuSEfirewall2'
  if (units.has('netfilter-persistent.service')) return 'netfilter-persistent'
  if (units.has('iptables.service') || units.has('ip6tables.service')) return 'iptables-services'
  if (units.has('nftables.service')) return 'nftables.service'
  return null
}

type Dumps = Pick<LinuxFirewallState, 'nftText' | 'iptablesLegacySave' | 'iptablesNftSave'>

/**
 * firewalld that is enabled but stopped owns none of the rules in force. Its nftables backend has a table of its own,
 * its iptables backend (RHEL 7) chains of its own.
 */
function isFirewalldAtWork({nftText, iptablesLegacySave, iptablesNftSave}: Dumps): boolean {
  if (nftText?.includes('table inet firewalld')) return true
  return [iptablesLegacySave, iptablesNftSave].some(save => save?.includes(':INPUT_ZONES '))
}

/** Units that some target wants at boot: systemd.unit(5), links in `*.wants` folders. */
async function enabledUnits(root: string): Promise<ReadonlySet<string>> {
  const system = join(root, 'etc/systemd/system')
  const folders = (await listOrEmpty(system)).filter(name => name.endsWith('.wants'))
  return new Set((await Promise.all(folders.map(folder => listOrEmpty(join(system, folder))))).flat())
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** What a plain user may not read tells nothing about who owns the rules. */
async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

async function listOrEmpty(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => [])
}
