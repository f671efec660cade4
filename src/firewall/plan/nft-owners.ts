import type {Owner} from './owners.ts'

/** Tables of nf_tables by the names that their programs give them, in whatever family. */
const OWNERS: readonly (Owner & {readonly tables: RegExp})[] = [
  {name: 'firewalld', kind: 'manager', tables: /^firewalld(?:_|$)/},
  {name: 'Docker', kind: 'background', tables: /^docker-bridges$/},
  {name: 'kube-proxy', kind: 'background', tables: /^kube-proxy$/},
  {name: 'Calico', kind: 'background', tables: /^calico$/},
  {name: 'fail2ban', kind: 'background', tables: /^f2b-/},
  {name: 'CrowdSec', kind: 'background', tables: /^crowdsec6?(?:-|$)/},
  {name: 'libvirt', kind: 'background', tables: /^libvirt_/},
  {name: 'Podman', kind: 'background', tables: /^netavark$/},
  {name: 'sshguard', kind: 'background', tables: /^sshguard$/},
]

/** Who writes a table of nf_tables; null for one that is the administrator's. */
export function tableOwner(table: string): Owner | null {
  return OWNERS.find(({tables}) => tables.test(table)) ?? null
}
