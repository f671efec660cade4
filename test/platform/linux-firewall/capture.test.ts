import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {linuxFirewallState} from '../../../src/firewall/state.ts'
import type {CommandResult, RunCommand} from '../../../src/platform/command.ts'
import {
  readFirewallFacts,
  readFirewallState,
  readFirewallTools,
} from '../../../src/platform/linux/firewall/index.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drs-capture-'))
  await put('proc/sys/net/ipv4/ip_local_port_range', '32768\t60999\n')
})

afterEach(() => rm(root, {recursive: true}))

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, path)), {recursive: true})
  await writeFile(join(root, path), text)
}

const said = (stdout: string, code = 0, stderr = ''): CommandResult => ({
  kind: 'exited',
  code,
  stdout,
  stderr,
})

/** A host on which only the given commands are installed. */
function host(commands: Readonly<Record<string, CommandResult>>): {run: RunCommand; ran: string[]} {
  const ran: string[] = []
  const run: RunCommand = async command => {
    ran.push(command.join(' '))
    return commands[command.join(' ')] ?? {kind: 'not-found', program: command[0]}
  }
  return {run, ran}
}

const IP = {
  'ip -o addr show': said(
    '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever\n2: eth0    inet 10.9.0.2/24 brd 10.9.0.255 scope global eth0\n2: eth0    inet6 fe80::1/64 scope link \n3: ppp0    inet 10.1.0.1 peer 10.1.0.2/32 scope global ppp0\n',
  ),
  'ip route show': said('default via 10.9.0.1 dev eth0 \n10.9.0.0/24 dev eth0 scope link\n'),
  'ip -6 route show': said('fe80::/64 dev eth0 metric 256\n'),
  'ip -6 neigh show': said('fe80::9 dev eth0 lladdr 02:00:00:00:00:09 router STALE \n'),
  'ip -o link show': said('1: lo: <LOOPBACK,UP> mtu 65536\n2: eth0@if3: <BROADCAST,UP> mtu 1500\n'),
  'ip rule show': said('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n'),
  'ip -6 rule show': said('', 2, 'RTNETLINK answers: Operation not supported'),
}

describe('readFirewallState', () => {
  test('every source on a modern host', async () => {
    const {run, ran} = host({
      ...IP,
      'iptables-legacy-save': said(''),
      'ip6tables-legacy-save': said(''),
      'iptables-nft-save': said('*filter\nCOMMIT\n'),
      'ip6tables-nft-save': said(''),
      'iptables --version': said('iptables v1.8.9 (nf_tables)\n'),
      'nft -j list ruleset': said('{"nftables": []}\n'),
      'nft list ruleset': said(''),
      'ipset save': said('create a hash:ip\n'),
    })
    const state = await readFirewallState(undefined, {run, isRoot: true, root})
    expect(linuxFirewallState.parse(state)).toEqual(state)
    expect(state).toMatchObject({
      iptablesLegacySave: '',
      iptablesNftSave: '*filter\nCOMMIT\n',
      nftJson: '{"nftables": []}\n',
      nftText: '',
      ipsetSave: 'create a hash:ip\n',
      unreadable: {},
      interfaces: {lo: ['127.0.0.1/8'], eth0: ['10.9.0.2/24', 'fe80::1/64'], ppp0: ['10.1.0.1/32']},
      neighbours: ['fe80::9 dev eth0 lladdr 02:00:00:00:00:09 router STALE '],
      links: ['1: lo: <LOOPBACK,UP> mtu 65536', '2: eth0@if3: <BROADCAST,UP> mtu 1500'],
      // A kernel without policy routing is a kernel without rules.
      routingRules: {ipv4: ['0:\tfrom all lookup local', '32766:\tfrom all lookup main'], ipv6: []},
      localPortRange: [32768, 60999],
    })
    expect(state.routes).toHaveLength(3)
    expect(ran.filter(command => /legacy/.test(command)).every(command => command.endsWith('-save'))).toBe(
      true,
    )
  })

  test('absent engines are null, not unreadable', async () => {
    const state = await readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})
    expect(state).toMatchObject({
      iptablesLegacySave: null,
      iptablesNftSave: null,
      nftText: null,
      nftJson: null,
      ipsetSave: null,
      unreadable: {},
    })
  })

  test.each([
    ['iptables v1.4.21', 'iptablesLegacySave', 'iptablesNftSave'],
    ['iptables v1.8.4 (legacy)', 'iptablesLegacySave', 'iptablesNftSave'],
    ['iptables v1.8.10 (nf_tables)', 'iptablesNftSave', 'iptablesLegacySave'],
  ] as const)('a plain iptables-save of %s is %s', async (version, field, other) => {
    const {run} = host({...IP, 'iptables --version': said(version), 'iptables-save': said('*raw\nCOMMIT\n')})
    const state = await readFirewallState(undefined, {run, isRoot: true, root})
    expect([state[field], state[other]]).toEqual(['*raw\nCOMMIT\n', null])
  })

  test('without root everything that is there is unreadable', async () => {
    const {run} = host({
      ...IP,
      'iptables-legacy-save': said('', 0),
      'iptables-nft-save': said('', 4, 'Permission denied (you must be root)'),
      'nft list ruleset': said('', 1, 'Operation not permitted'),
      'nft -j list ruleset': said('', 1, 'Operation not permitted'),
      'ipset save': said('', 1, 'Kernel error'),
    })
    const state = await readFirewallState(undefined, {run, isRoot: false, root})
    const fields = ['iptablesLegacySave', 'iptablesNftSave', 'ipsetSave', 'nftJson', 'nftText']
    expect(Object.keys(state.unreadable).sort()).toEqual(fields.sort())
    expect(state.unreadable.nftText).toContain('needs root')
  })

  test('a failing program is unreadable and keeps its text', async () => {
    const {run} = host({...IP, 'iptables-nft-save': said('*filter\n', 1, 'broken pipe')})
    const state = await readFirewallState(undefined, {run, isRoot: true, root})
    expect(state.iptablesNftSave).toBe('*filter\n')
    expect(state.unreadable.iptablesNftSave).toContain('exit code 1: broken pipe')
  })

  test('JSON that is cut off is unreadable and keeps its text', async () => {
    const {run} = host({
      ...IP,
      'nft -j list ruleset': said('{"nftables": [{"ta'),
      'nft list ruleset': said(''),
    })
    const state = await readFirewallState(undefined, {run, isRoot: true, root})
    expect(state.nftJson).toBe('{"nftables": [{"ta')
    expect(state.unreadable.nftJson).toContain('not valid')
  })

  test('legacy tables without a program to read them', async () => {
    await put('proc/net/ip_tables_names', 'filter\nnat\n')
    const state = await readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})
    expect(state.unreadable.iptablesLegacySave).toMatch(
      /legacy tables \(filter, nat\).*install the package iptables/,
    )
    expect(state.unreadable.ip6tablesLegacySave).toBeUndefined()
  })

  test('nf_tables in use without a program to read it', async () => {
    await put('sys/module/nf_tables/refcnt', '3\n')
    const state = await readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})
    expect(state.unreadable.nftText).toContain('install the package nftables')
  })

  test('no ip, no port range', async () => {
    await rm(join(root, 'proc/sys/net/ipv4/ip_local_port_range'))
    const state = await readFirewallState(undefined, {run: host({}).run, isRoot: true, root})
    expect(Object.keys(state.unreadable).sort()).toEqual([
      ...['interfaces', 'links', 'localPortRange', 'neighbours', 'routes', 'routingRules'],
    ])
  })
})

describe('readFirewallTools', () => {
  test('a plain name stands in where the suffixed one is missing', async () => {
    const {run} = host({
      'iptables --version': said('iptables v1.8.4 (nf_tables)'),
      'ip6tables --version': said('ip6tables v1.8.4 (nf_tables)'),
      'iptables-legacy --version': said('iptables v1.8.4 (legacy)'),
      'nft --version': said('nftables v1.0.6'),
    })
    expect(await readFirewallTools(run)).toEqual({
      'iptables-legacy': {ip: 'iptables-legacy', ip6: null},
      'iptables-nft': {ip: 'iptables', ip6: 'ip6tables'},
      nft: 'nft',
    })
  })

  test('nothing installed', async () => {
    expect(await readFirewallTools(host({}).run)).toEqual({
      'iptables-legacy': {ip: null, ip6: null},
      'iptables-nft': {ip: null, ip6: null},
      nft: null,
    })
  })
})

describe('readFirewallFacts', () => {
  const facts = async (changes: object) => {
    const state = await readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})
    return readFirewallFacts({...state, ...changes}, {root})
  }

  test('engines that hold rules', async () => {
    const empty = '*filter\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'
    expect((await facts({iptablesLegacySave: empty, nftText: ''})).engines).toEqual([])
    expect((await facts({ip6tablesLegacySave: empty.replace('ACCEPT', 'DROP')})).engines).toEqual([
      'iptables-legacy',
    ])
    const nftText =
      'table ip filter {\n\tchain OUTPUT {\n\t\ttype filter hook output priority filter; policy accept;\n\t\tdrop\n\t}\n}\n'
    const nft = {iptablesNftSave: '*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -j DROP\nCOMMIT\n', nftText}
    expect((await facts(nft)).engines).toEqual(['iptables-nft'])
    expect((await facts({nftText: nftText.replace('ip filter', 'inet mine')})).engines).toEqual(['nft'])
  })

  test.each([
    ['ufw', 'etc/ufw/ufw.conf', 'ENABLED=yes\n'],
    [null, 'etc/ufw/ufw.conf', 'ENABLED=no\n'],
    ['csf', 'etc/csf/csf.conf', ''],
    ['shorewall', 'etc/shorewall/shorewall.conf', 'STARTUP_ENABLED=Yes\n'],
    ['nftables.service', 'etc/systemd/system/sysinit.target.wants/nftables.service', ''],
    ['netfilter-persistent', 'etc/systemd/system/multi-user.target.wants/netfilter-persistent.service', ''],
    ['iptables-services', 'etc/systemd/system/basic.target.wants/iptables.service', ''],
    ['ferm', 'etc/systemd/system/multi-user.target.wants/ferm.service', ''],
  ])('manager %s by %s', async (manager, path, text) => {
    await put(path, text)
    const {manager: found} = await facts({})
    expect(found).toBe(manager)
  })

  test('who else writes rules', async () => {
    const docker = '*filter\n:INPUT ACCEPT [0:0]\n:DOCKER-USER - [0:0]\nCOMMIT\n'
    const found = await facts({iptablesNftSave: docker, nftText: 'table inet crowdsec {\n}\n'})
    expect(found.alsoWrittenBy).toEqual(['Docker', 'CrowdSec'])
    expect((await facts({})).alsoWrittenBy).toEqual([])
  })

  test('firewalld by its table or its chains', async () => {
    expect((await facts({nftText: 'table inet firewalld {\n}\n'})).manager).toBe('firewalld')
    expect((await facts({iptablesNftSave: '*filter\n:INPUT_ZONES - [0:0]\nCOMMIT\n'})).manager).toBe(
      'firewalld',
    )
    expect((await facts({})).manager).toBeNull()
  })
})
