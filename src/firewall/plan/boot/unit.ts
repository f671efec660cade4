import type {Step} from '../../../contract/remedy.ts'
import type {Persistence} from '../../state/managers.ts'
import {BOOT_PROGRAM, PROGRAM_LINE} from './program.ts'
import {type BootRule, rulesFile} from './rules-file.ts'

const UNITS = '/etc/systemd/system'
export const BOOT_UNIT = 'drs-onboard-boot.service'
export const UNIT_PATH = `${UNITS}/${BOOT_UNIT}`
export const UNIT_LINK = `${UNITS}/multi-user.target.wants/${BOOT_UNIT}`

/** Where the program and the rules of every remedy are. */
export const BOOT_DIRECTORY = '/etc/drs-onboard'
export const PROGRAM_PATH = `${BOOT_DIRECTORY}/boot-rules.sh`

export const NO_SYSTEMD =
  'No service restores firewall rules at boot on this server, and there is no systemd; add the same commands to your boot scripts.'

export const NO_CONSENT =
  'No service restores firewall rules at boot on this server; with --persist-unit, a systemd unit of drs-onboard adds this one.'

/**
 * Whatever may set rules at boot comes before: a rule that is added first may be flushed, or end up behind others. Units
 * that do not exist are passed over. A target comes after the units that it wants, unless one of them comes after it
 * (systemd.target(5)): so this one is the last of a boot, behind units of the administrator's that no list can name.
 */
const AFTER = [
  'network-pre.target',
  ...[
    'iptables',
    'ip6tables',
    'ipset',
    'nftables',
    'netfilter-persistent',
    'ferm',
    'shorewall',
    'shorewall6',
    'ufw',
    'firewalld',
    'SuSEfirewall2',
    'csf',
    'lfd',
  ].map(name => `${name}.service`),
  ...['network.target', 'network-online.target'],
  ...['docker', 'containerd', 'fail2ban', 'libvirtd', 'rc-local', 'cloud-final'].map(
    name => `${name}.service`,
  ),
  'multi-user.target',
]

export const EXEC_LINE = `ExecStart=/bin/sh ${PROGRAM_PATH}`

/**
 * The same for every server and every remedy. No directive is newer than systemd 219, and the shell is what is executed,
 * since with SELinux the label of a file decides whether systemd may execute it.
 * Source: systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.special(7).
 */
export const UNIT_TEXT = [
  '[Unit]',
  "Description=Let AWS Elastic Disaster Recovery through this host's own firewall (drs-onboard)",
  `After=${AFTER.join(' ')}`,
  '',
  '[Service]',
  'Type=oneshot',
  'RemainAfterExit=yes',
  'TimeoutStartSec=300',
  'SyslogIdentifier=drs-onboard',
  EXEC_LINE,
  '',
  '[Install]',
  'WantedBy=multi-user.target',
  '',
].join('\n')

const COMMON = {lasting: true, persists: true} as const
const SHARED = {...COMMON, sharedIn: BOOT_DIRECTORY} as const

/**
 * Steps that let the one systemd unit of this tool add a remedy's rules at boot, where nobody else keeps rules. All but the
 * last are shared with the other remedies.
 * @param id of the remedy
 */
export function bootUnit(
  id: string,
  rules: readonly BootRule[],
  {bootFiles = []}: Persistence,
): readonly Step[] {
  const name = fileName(id, bootFiles)
  const path = `${BOOT_DIRECTORY}/${name}.rules`
  const {text: input, digest} = rulesFile(id, rules)
  return [
    {
      title: `Make the directory ${BOOT_DIRECTORY}`,
      do: ['mkdir', '-m', '0755', BOOT_DIRECTORY],
      undo: ['rmdir', BOOT_DIRECTORY],
      alreadyDone: ['test', '-d', BOOT_DIRECTORY],
      ...SHARED,
    },
    {
      title: `Write ${PROGRAM_PATH}, which adds rules at boot`,
      do: ['tee', PROGRAM_PATH],
      input: BOOT_PROGRAM,
      undo: ['rm', '-f', PROGRAM_PATH],
      alreadyDone: ['grep', '-qxF', '-e', PROGRAM_LINE, PROGRAM_PATH],
      edits: PROGRAM_PATH,
      ...SHARED,
    },
    {
      title: `Write the systemd unit ${BOOT_UNIT}, which runs it`,
      do: ['tee', UNIT_PATH],
      input: UNIT_TEXT,
      undo: ['rm', '-f', UNIT_PATH],
      afterUndo: ['systemctl', 'daemon-reload'],
      alreadyDone: ['grep', '-qxF', '-e', EXEC_LINE, UNIT_PATH],
      edits: UNIT_PATH,
      ...SHARED,
    },
    {
      title: `Let systemd start ${BOOT_UNIT} at boot`,
      do: ['systemctl', 'enable', BOOT_UNIT],
      undo: ['systemctl', 'disable', '--now', BOOT_UNIT],
      alreadyDone: ['test', '-L', UNIT_LINK],
      ...SHARED,
    },
    {
      title: `Write what it adds for this fix to ${path}`,
      do: ['tee', path],
      input,
      undo: ['rm', '-f', path],
      alreadyDone: ['grep', '-qxF', '-e', digest, path],
      edits: path,
      verify: ['/bin/sh', PROGRAM_PATH, 'rehearse', name],
      ...COMMON,
    },
  ]
}

/** The files are read in the order of their names, so that the rules come in the order of the fixes. */
function fileName(id: string, present: readonly string[]): string {
  const own = present.find(name => name.slice(NUMBER_LENGTH + 1) === id)
  if (own !== undefined) return own
  const highest = present.reduce((high, name) => Math.max(high, Number.parseInt(name, 10) || 0), 0)
  return `${String(Math.min(highest + 1, 999)).padStart(NUMBER_LENGTH, '0')}-${id}`
}

const NUMBER_LENGTH = 3
