import {spawnSync} from 'node:child_process'
import {accessSync, constants} from 'node:fs'
import {join} from 'node:path'

export type MissingTool = {readonly tool: string; readonly package: string}

/** Program to the Debian package that brings it. */
const ALWAYS: Readonly<Record<string, string>> = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
  hostname: 'hostname',
  ip: 'iproute2',
  ss: 'iproute2',
  'iptables-legacy': 'iptables',
  'iptables-nft': 'iptables',
  nft: 'nftables',
  python3: 'python3',
  ipset: 'ipset',
  dnsmasq: 'dnsmasq-base',
  tinyproxy: 'tinyproxy',
  openssl: 'openssl',
  curl: 'curl',
}

/** Further programs that a single test may ask for. */
const ON_DEMAND = {
  ufw: 'ufw',
  'firewall-cmd': 'firewalld',
  nginx: 'nginx-light',
  tcpdump: 'tcpdump',
  tmux: 'tmux',
  sudo: 'sudo',
  setfattr: 'attr',
  setfacl: 'acl',
  strip: 'binutils',
  gcc: 'gcc libc6-dev',
  patchelf: 'patchelf',
  osslsigncode: 'osslsigncode',
  zip: 'zip',
  rpmbuild: 'rpm',
  wine: 'wine wine64',
  'x86_64-w64-mingw32-gcc': 'gcc-mingw-w64-x86-64-win32',
}

export type ExtraTool = keyof typeof ON_DEMAND

/** Where the lab's programs are found, also by an unprivileged user whose PATH lacks the system directories. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The programs that the lab needs and this machine lacks. */
export function missingLabTools(extra: readonly ExtraTool[] = [], path = SYSTEM_PATH): MissingTool[] {
  const wanted = {...ALWAYS, ...Object.fromEntries(extra.map(tool => [tool, ON_DEMAND[tool]]))}
  return Object.entries(wanted)
    .filter(([tool]) => !isInstalled(tool, path))
    .map(([tool, name]) => ({tool, package: name}))
}

/** Why no lab can run on this machine, in one sentence with what to do; null when one can. */
export function labObstacle(extra: readonly ExtraTool[] = [], path = SYSTEM_PATH): string | null {
  if (process.platform !== 'linux') return 'The lab needs Linux: it is made of network namespaces.'
  const missing = missingLabTools(extra, path)
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(each => each.package))].join(' ')
    const tools = missing.map(({tool}) => tool).join(', ')
    return `The lab needs ${tools}: install with \`apt-get install --no-install-recommends ${packages}\`.`
  }
  if (process.getuid?.() !== 0 && !userNamespacesWork()) {
    return 'The lab needs root here: this kernel does not let you make user namespaces.'
  }
  return null
}

function isInstalled(tool: string, path: string): boolean {
  return path.split(':').some(directory => {
    try {
      accessSync(join(directory, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function userNamespacesWork(): boolean {
  return spawnSync('unshare', ['--user', '--map-root-user', '--net', '--mount', 'true']).status === 0
}
