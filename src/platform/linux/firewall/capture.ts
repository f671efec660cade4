import {readFile} from 'node:fs/promises'
import {networkInterfaces} from 'node:os'
import type {LinuxFirewallState} from '../../../firewall/state.ts'
import type {FirewallTools, IptablesEngine} from '../../../firewall/tools.ts'
import type {RunCommand} from '../../command.ts'
import {type Dump, readDump} from './dump.ts'

type DumpField =
  | 'iptablesLegacySave'
  | 'ip6tablesLegacySave'
  | 'iptablesNftSave'
  | 'ip6tablesNftSave'
  | 'nftJson'
  | 'nftText'
  | 'ipsetSave'

/** proc(5), `ip_local_port_range`: the kernel's own default, for where the file cannot be read. */
const DEFAULT_LOCAL_PORTS = [32768, 60999] as const

/** Tables that iptables-legacy has registered in this network namespace; refused to all but root. */
const LEGACY_TABLES = {ip: '/proc/net/ip_tables_names', ip6: '/proc/net/ip6_tables_names'} as const

const NONE: Dump = {kind: 'absent'}

/**
 * Captures the firewall of this host: every source side by side, read-only. The `-save` programs and `nft list` have
 * no side effects, while `iptables-legacy -S` would register tables.
 *
 * @throws the signal's reason when aborted
 */
export async function captureFirewall(
  tools: FirewallTools,
  run: RunCommand,
  signal?: AbortSignal,
): Promise<LinuxFirewallState> {
  const save = (engine: IptablesEngine, family: 'ip' | 'ip6') => {
    const program = tools[engine][family]
    return program === null ? NONE : readDump([`${program}-save`], run, signal)
  }
  const [fields, routes, localPortRange] = await Promise.all([
    readAll({
      iptablesLegacySave: withHiddenTables(save('iptables-legacy', 'ip'), 'ip'),
      ip6tablesLegacySave: withHiddenTables(save('iptables-legacy', 'ip6'), 'ip6'),
      iptablesNftSave: save('iptables-nft', 'ip'),
      ip6tablesNftSave: save('iptables-nft', 'ip6'),
      nftJson:
        tools.nft === null ? NONE : readDump(['nft', '-j', 'list', 'ruleset'], run, signal).then(wholeJson),
      nftText: tools.nft === null ? NONE : readDump(['nft', 'list', 'ruleset'], run, signal),
      ipsetSave: readDump(['ipset', 'save'], run, signal),
    }),
    readRoutes(run, signal),
    readLocalPorts(),
  ])
  return {
    schemaVersion: 1,
    platform: 'linux',
    capturedAt: new Date().toISOString(),
    ...fields.texts,
    unreadable: {...fields.unreadable, ...routes.unreadable},
    interfaces: readInterfaces(),
    routes: routes.lines,
    localPortRange,
  }
}

async function readAll(dumps: Readonly<Record<DumpField, Dump | Promise<Dump>>>) {
  const read = await Promise.all(
    Object.entries(dumps).map(async ([field, dump]) => [field, await dump] as const),
  )
  return {
    texts: Object.fromEntries(
      read.map(([field, dump]) => [field, dump.kind === 'absent' ? null : dump.text]),
    ) as Record<DumpField, string | null>,
    unreadable: Object.fromEntries(
      read.flatMap(([field, dump]) => (dump.kind === 'unreadable' ? [[field, dump.reason]] : [])),
    ) as Record<string, string>,
  }
}

/** Without a program, legacy tables that the kernel holds would go unseen. */
async function withHiddenTables(save: Dump | Promise<Dump>, family: 'ip' | 'ip6'): Promise<Dump> {
  const dump = await save
  if (dump.kind !== 'absent') return dump
  const tables = await readFile(LEGACY_TABLES[family], 'utf8').catch(() => '')
  if (tables.trim() === '') return dump
  const program = family === 'ip' ? 'iptables-legacy-save' : 'ip6tables-legacy-save'
  const reason = `the kernel holds legacy tables (${tables.trim().split('\n').join(', ')}), and \`${program}\` is not installed; install the iptables package`
  return {kind: 'unreadable', text: null, reason}
}

/** Some releases of nft print JSON that breaks off, and end with exit code 0. */
function wholeJson(dump: Dump): Dump {
  if (dump.kind !== 'read' || dump.text.trim() === '') return dump
  try {
    JSON.parse(dump.text)
    return dump
  } catch {
    return {
      kind: 'unreadable',
      text: dump.text,
      reason: '`nft -j list ruleset` printed JSON that is not whole',
    }
  }
}

async function readRoutes(run: RunCommand, signal?: AbortSignal) {
  const dumps = await Promise.all(
    [['ip', 'route', 'show'] as const, ['ip', '-6', 'route', 'show'] as const].map(command =>
      readDump(command, run, signal),
    ),
  )
  const lines = dumps.flatMap(dump => (dump.kind === 'read' ? dump.text.split('\n') : []))
  const broken = dumps.find(dump => dump.kind === 'unreadable')
  const reason = dumps.every(({kind}) => kind === 'absent')
    ? '`ip` is not installed; install the iproute2 package'
    : broken?.kind === 'unreadable'
      ? broken.reason
      : null
  return {
    lines: lines.map(line => line.trim()).filter(Boolean),
    unreadable: reason === null ? {} : {routes: reason},
  }
}

async function readLocalPorts(): Promise<[number, number]> {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '')
  const [low, high] = text.trim().split(/\s+/).map(Number)
  return low && high ? [low, high] : [...DEFAULT_LOCAL_PORTS]
}

function readInterfaces(): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(networkInterfaces()).map(([name, addresses]) => [
      name,
      (addresses ?? []).flatMap(({cidr}) => (cidr ? [cidr] : [])),
    ]),
  )
}
