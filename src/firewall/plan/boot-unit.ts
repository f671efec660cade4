import type {Command, Step} from '../../contract/remedy.ts'
import type {Keeper} from '../keeper.ts'
import type {BootChange} from './engine-planner.ts'

const UNITS = '/etc/systemd/system'

export const NO_SYSTEMD =
  'Nobody keeps rules on this server, and systemd does not run it; add the same commands to whatever sets the rules at boot.'

export const NO_CONSENT =
  'Nobody keeps rules on this server; applied with --persist-unit, a systemd unit of its own repeats it at boot.'

/**
 * Whatever may set rules at boot comes before: a rule that is added first may be flushed, or end up elsewhere. Units
 * that do not exist are passed over. cloud-final.service is left out: it may come after multi-user.target itself.
 */
const AFTER = [
  'network-pre.target',
  ...[
    'iptables',
    'ip6tables',
    'nftables',
    'netfilter-persistent',
    'ferm',
    'shorewall',
    'ufw',
    'firewalld',
  ].map(name => `${name}.service`),
  ...['network.target', 'docker.service', 'containerd.service', 'rc-local.service'],
]

/**
 * Steps that let a systemd unit repeat changes at boot, where nobody else keeps rules. Each change goes to the same
 * place of its chain as now; where the chain has become shorter than that, the unit fails and adds nothing, rather
 * than to let more through than was agreed to. Source: systemd.unit(5), systemd.service(5), systemd.special(7).
 * @param id of the remedy
 */
export function bootUnit(id: string, changes: readonly BootChange[], keeper: Keeper): readonly Step[] {
  const name = `drs-onboard-${id}.service`
  const path = `${UNITS}/${name}`
  const execStart = execStartLines(changes, keeper)
  return [
    {
      title: `Write the systemd unit ${name}`,
      do: ['tee', path],
      input: unitText(id, execStart),
      undo: ['rm', '-f', path],
      alreadyDone: ['grep', '-qxF', '-e', execStart.at(-1) ?? '', path],
      edits: path,
      lasting: true,
      persists: true,
    },
    {
      title: `Let systemd start ${name} at boot`,
      do: ['systemctl', 'enable', name],
      undo: ['systemctl', 'disable', '--now', name],
      alreadyDone: ['test', '-L', `${UNITS}/multi-user.target.wants/${name}`],
      lasting: true,
      persists: true,
    },
  ]
}

function unitText(id: string, execStart: readonly string[]): string {
  return [
    '[Unit]',
    `Description=Let AWS Elastic Disaster Recovery through this host's own firewall (${id})`,
    `After=${AFTER.join(' ')}`,
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    ...execStart,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n')
}

/** What an earlier start has added goes first, so that the numbers of the rules are those of the plan. */
function execStartLines(changes: readonly BootChange[], {programs}: Keeper): readonly string[] {
  const line = (prefix: string, [program, ...args]: Command) =>
    `ExecStart=${prefix}${[programs[program] ?? `/usr/sbin/${program}`, ...args].map(word).join(' ')}`
  return [
    ...changes.flatMap(({remove}) => (remove === null ? [] : line('-', remove))),
    ...changes.map(({add}) => line('', add)),
  ]
}

/** Source: systemd.service(5), Command lines; systemd.syntax(7), Quoting; systemd.unit(5), Specifiers. */
function word(text: string): string {
  const escaped = text.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w@%+:,./!=$-]+$/.test(escaped) ? escaped : `"${escaped.replace(/[\\"]/g, '\\$&')}"`
}
