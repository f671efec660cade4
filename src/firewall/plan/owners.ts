import type {LinuxFirewallState} from '../state.ts'

/** Somebody else who writes chains. */
export type Owner = {
  readonly name: string
  /**
   * `manager`: has commands of its own for our purpose, and its rules must be changed through them. `background`:
   * writes its chains anew at any time, and leaves the rest of the rules alone.
   */
  readonly kind: 'manager' | 'background'
}

const OWNERS: readonly (Owner & {readonly chains: RegExp})[] = [
  {name: 'ufw', kind: 'manager', chains: /^ufw6?-/},
  // firewalld's iptables backend: zone chains, and those that hold direct rules and zone dispatch.
  {
    name: 'firewalld',
    kind: 'manager',
    chains: /^(IN|OUT|FWD|FWDI|FWDO|PRE|POST)_|_(direct|ZONES|ZONES_SOURCE|POLICIES_pre|POLICIES_post)$/,
  },
  {name: 'Docker', kind: 'background', chains: /^DOCKER/},
  {name: 'kube-proxy', kind: 'background', chains: /^KUBE-/},
  {name: 'Calico', kind: 'background', chains: /^cali-/},
  {name: 'fail2ban', kind: 'background', chains: /^(f2b|fail2ban)-/},
  {name: 'CrowdSec', kind: 'background', chains: /^CROWDSEC/},
  {name: 'libvirt', kind: 'background', chains: /^LIBVIRT_/},
]

const BASE_CHAINS = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'])

/** Who writes a chain; null for a chain that is the administrator's. A base chain's policy is its manager's. */
export function ownerOf(chain: string, state: LinuxFirewallState, isPolicy: boolean): Owner | null {
  const owner = OWNERS.find(({chains}) => chains.test(chain))
  if (owner) return owner
  if (!isPolicy || !BASE_CHAINS.has(chain)) return null
  return OWNERS.find(({name, kind}) => kind === 'manager' && name === state.manager) ?? null
}

/** What the administrator does instead, in one clause. */
export function managerAdvice(manager: string, port: number, destination: string | null): string {
  switch (manager) {
    case 'ufw':
      return `run \`ufw prepend allow out proto tcp to ${destination ?? 'any'} port ${port}\``
    case 'firewalld':
      return `add TCP port ${port} to a firewalld policy with ingress zone HOST (\`firewall-cmd --permanent --policy NAME --add-port ${port}/tcp\`, then \`firewall-cmd --reload\`)`
    default:
      return `allow TCP port ${port} out in ${manager}`
  }
}
