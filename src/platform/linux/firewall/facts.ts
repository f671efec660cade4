import {access} from 'node:fs/promises'
import {join} from 'node:path'
import type {FirewallFacts, FirewallManager} from '../../../contract/host.ts'
import {type NativeChain, nativeChainsInText} from '../../../firewall/nft/text/native-chains.ts'
import {backgroundWriters} from '../../../firewall/plan/managers/owners.ts'
import type {LinuxFirewallState} from '../../../firewall/state/state.ts'
import {namesIn, readSystemFile} from '../../files/read.ts'

/** Says which engines hold rules, and who keeps them. Reads files only. */
export async function readFirewallFacts(
  state: LinuxFirewallState,
  {root = '/'}: {readonly root?: string} = {},
): Promise<FirewallFacts> {
  return {
    manager: await findManager(state, root),
    engines: enginesWithRules(state),
    alsoWrittenBy: backgroundWriters(state),
  }
}

function enginesWithRules(state: LinuxFirewallState): string[] {
  const engines: string[] = []
  if (filters(state.iptablesLegacySave) || filters(state.ip6tablesLegacySave)) engines.push('iptables-legacy')
  if (filters(state.iptablesNftSave) || filters(state.ip6tablesNftSave)) engines.push('iptables-nft')
  const ofIptables = new Set([
    ...tablesOf('ip', state.iptablesNftSave),
    ...tablesOf('ip6', state.ip6tablesNftSave),
  ])
  const isNative = ({family, table, harmless}: NativeChain) =>
    !harmless && !ofIptables.has(`${family} ${table}`)
  if (nativeChainsInText(state.nftText ?? '').some(isNative)) engines.push('nft')
  return engines
}

/** Rules, or a policy that drops. */
function filters(save: string | null): boolean {
  return save !== null && /^(?:\[\d+:\d+\] )?-A |^:\S+ DROP /m.test(save)
}

function tablesOf(family: string, save: string | null): string[] {
  return [...(save ?? '').matchAll(/^\*(\S+)/gm)].map(([, table]) => `${family} ${table}`)
}

type Detector = readonly [
  manager: FirewallManager,
  (state: LinuxFirewallState, files: Files) => Promise<boolean>,
]

/** The first that answers yes owns the rules: those that rewrite everything come before those that load at boot. */
const DETECTORS: readonly Detector[] = [
  ['ufw', async (_, files) => /^\s*ENABLED\s*=\s*"?yes\b/im.test(await files.text('etc/ufw/ufw.conf'))],
  ['firewalld', async state => mentionsFirewalld(state)],
  [
    'csf',
    async (_, files) => (await files.has('etc/csf/csf.conf')) && !(await files.has('etc/csf/csf.disable')),
  ],
  [
    'shorewall',
    async (_, files) =>
      /^\s*STARTUP_ENABLED\s*=\s*"?yes\b/im.test(await files.text('etc/shorewall/shorewall.conf')),
  ],
  ['ferm', async (_, files) => files.enabled('ferm.service')],
  [
    'SuSEfirewall2',
    async (_, files) =>
      (await files.has('etc/sysconfig/SuSEfirewall2')) && (await files.enabled('SuSEfirewall2.service')),
  ],
  ['netfilter-persistent', async (_, files) => files.enabled('netfilter-persistent.service')],
  [
    'iptables-services',
    async (_, files) =>
      (await files.enabled('iptables.service')) || (await files.enabled('ip6tables.service')),
  ],
  ['nftables.service', async (_, files) => files.enabled('nftables.service')],
]

async function findManager(state: LinuxFirewallState, root: string): Promise<FirewallManager | null> {
  const files = new Files(root)
  for (const [manager, owns] of DETECTORS) if (await owns(state, files)) return manager
  return null
}

/** firewalld's own table, or with its iptables backend its zone chains. */
function mentionsFirewalld({nftText, iptablesLegacySave, iptablesNftSave}: LinuxFirewallState): boolean {
  return (
    /^table inet firewalld \{/m.test(nftText ?? '') ||
    [iptablesLegacySave, iptablesNftSave].some(save => /^:INPUT_ZONES /m.test(save ?? ''))
  )
}

class Files {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  async has(path: string): Promise<boolean> {
    return access(join(this.#root, path)).then(
      () => true,
      () => false,
    )
  }

  /** Empty when there is no such file, or it may not be read. */
  async text(path: string): Promise<string> {
    return readSystemFile(join(this.#root, path)).catch(() => '')
  }

  /** Whether systemd starts the unit: some target wants it. */
  async enabled(unit: string): Promise<boolean> {
    const base = 'etc/systemd/system'
    const entries = await namesIn(join(this.#root, base))
    const wants = entries.filter(entry => entry.endsWith('.wants'))
    const units = await Promise.all(wants.map(entry => namesIn(join(this.#root, base, entry))))
    return units.some(names => names.includes(unit))
  }
}
