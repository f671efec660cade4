import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {type LinuxFirewallState, linuxFirewallState} from '../../../../src/firewall/state/state.ts'
import {
  readFirewallFacts,
  readFirewallState,
  readFirewallTools,
} from '../../../../src/platform/linux/firewall/index.ts'
import type {CommandResult, RunCommand} from '../../../../src/platform/process/command.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drs-capture-'))
  await put('proc/sys/net/ipv4/ip_local_port_range', '32768\t60999\n')
  await put('proc/sys/net/ipv4/conf/all/rp_filter', '2\n')
  await put('proc/sys/net/ipv4/conf/eth0/src_valid_mark', '1\n')
  await put('proc/net/netfilter/nfnetlink_queue', '')
  await put('proc/net/tcp', TCP_HEADER)
  await put('etc/passwd', 'root:x:0:0::/root:/bin/sh\naws-replication:x:998:997::/:/sbin/nologin\n')
  await put('etc/group', 'root:x:0:\nadm:x:4:root\naws-replication:x:997:\nvpn:x:104:aws-replication\n')
})

afterEach(() => rm(root, {recursive: true}))

const TCP_HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'

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
  'ip -4 route show': said('default via 10.9.0.1 dev eth0 \n10.9.0.0/24 dev eth0 scope link\n'),
  'ip -6 route show': said('fe80::/64 dev eth0 metric 256\n'),
  'ip -4 route show table all': said(
    'default via 10.9.0.1 dev eth0 \nblackhole 10.0.0.0/8 table 100 \nlocal 10.9.0.2 dev eth0 table local scope host\n',
  ),
  'ip -6 route show table all': said('fe80::/64 dev eth0 metric 256\n'),
  'ip -4 neigh show nud all': said('10.9.0.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE \n'),
  'ip -6 neigh show nud all': said('fe80::9 dev eth0 lladdr 02:00:00:00:00:09 router STALE \n'),
  'ip -o link show': said('1: lo: <LOOPBACK,UP> mtu 65536\n2: eth0@if3: <BROADCAST,UP> mtu 1500\n'),
  'ip -4 rule show': said('0:\tfrom all lookup local\n32766:\tfrom all lookup main\n'),
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
      routingTables: {
        ipv4: [
          'default via 10.9.0.1 dev eth0 ',
          'blackhole 10.0.0.0/8 table 100 ',
          'local 10.9.0.2 dev eth0 table local scope host',
        ],
        ipv6: ['fe80::/64 dev eth0 metric 256'],
      },
      arpCache: ['10.9.0.1 dev eth0 lladdr 02:00:00:00:00:01 REACHABLE '],
      arptablesLegacyList: null,
      queueReaders: [],
      tcpListeners: [],
      settings: {'net/ipv4/conf/all/rp_filter': '2', 'net/ipv4/conf/eth0/src_valid_mark': '1'},
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
    expect(state.unreadable.nftJson).toContain('printed invalid JSON')
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

  test('what decides how its own packets look, and names of interface groups', async () => {
    await put('proc/sys/net/ipv4/ip_default_ttl', '128\n')
    await put('proc/sys/net/ipv4/tcp_timestamps', '0\n')
    await put('proc/sys/net/ipv6/conf/eth0/hop_limit', '64\n')
    await put('etc/iproute2/group', '# names\n0\tdefault\n 7  vpn # wg\n0x10 lan\nbad\n')
    const {settings, deviceGroups} = await readFirewallState(undefined, {
      run: host(IP).run,
      isRoot: true,
      root,
    })
    expect(settings).toMatchObject({
      'net/ipv4/ip_default_ttl': '128',
      'net/ipv4/tcp_timestamps': '0',
      'net/ipv6/conf/eth0/hop_limit': '64',
    })
    expect(deviceGroups).toEqual({default: 0, vpn: 7, lan: 16})
  })

  test('the users whose connections are judged, with all of their groups', async () => {
    const {users, unreadable} = await readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})
    expect(users).toEqual([
      {name: 'root', uid: 0, gid: 0, groups: [4]},
      {name: 'aws-replication', uid: 998, gid: 997, groups: [104]},
    ])
    expect(unreadable.users).toBeUndefined()
  })

  test('users that are not there, or nobody can know of', async () => {
    await put('etc/passwd', 'daemon:x:1:1::/:/sbin/nologin\n')
    const capture = () => readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})
    expect((await capture()).users).toEqual([])
    await rm(join(root, 'etc/group'))
    const {users, unreadable} = await capture()
    expect([users, unreadable.users]).toEqual([undefined, expect.stringContaining('ENOENT')])
  })

  test('no ip, no port range', async () => {
    await rm(join(root, 'proc/sys/net/ipv4/ip_local_port_range'))
    const state = await readFirewallState(undefined, {run: host({}).run, isRoot: true, root})
    expect(Object.keys(state.unreadable).sort()).toEqual([
      ...['arpCache', 'interfaces', 'links', 'localPortRange'],
      ...['neighbours', 'routes', 'routingRules', 'routingTables'],
    ])
  })
})

describe('who reads queues', () => {
  const QUEUES =
    '    0    712     0 2 65531     0     0        0  1\n   40 4294963198     0 2 65531     0     0        0  1\n'
  const SOCKETS = `sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
000000002f28fdb9 0   712        00000000 0        0        0     2        0        111
00000000c0ffee00 12  712        00000000 0        0        0     2        0        265320
00000000c0ffee01 12  4294963198 00000000 0        0        0     2        0        265321
`
  const read = async () =>
    (await readFirewallState(undefined, {run: host(IP).run, isRoot: true, root})) as LinuxFirewallState

  async function process(pid: number, name: string, socket: string): Promise<void> {
    await put(`proc/${pid}/comm`, `${name}\n`)
    await mkdir(join(root, `proc/${pid}/fd`))
    await symlink(`socket:[${socket}]`, join(root, `proc/${pid}/fd/7`))
  }

  test('by the socket that the process owns; a port id that is no process has no name', async () => {
    await put('proc/net/netfilter/nfnetlink_queue', QUEUES)
    await put('proc/net/netlink', SOCKETS)
    await process(712, 'Suricata-Main', '265320')
    expect((await read()).queueReaders).toEqual([
      {queue: 0, portId: 712, program: {name: 'Suricata-Main', pid: 712}},
      {queue: 40, portId: 4294963198, program: null},
    ])
  })

  test('a process of the same number in this PID namespace is not the reader', async () => {
    await put('proc/net/netfilter/nfnetlink_queue', QUEUES)
    await put('proc/net/netlink', SOCKETS)
    await process(712, 'systemd', '4711')
    expect((await read()).queueReaders?.map(({program}) => program)).toEqual([null, null])
  })

  test('without the module nobody reads; a list that may not be read is none', async () => {
    await rm(join(root, 'proc/net/netfilter/nfnetlink_queue'))
    expect((await read()).unreadable.queueReaders).toMatch(/ENOENT/)
    await put('proc/net/dev', '')
    expect(await read()).toMatchObject({queueReaders: [], unreadable: {}})
    await put('proc/net/netfilter/nfnetlink_queue/this-is-a-directory', '')
    expect((await read()).unreadable.queueReaders).toMatch(/EISDIR/)
  })

  test('a line in another form is not left out', async () => {
    await put('proc/net/netfilter/nfnetlink_queue', 'queue 0 is read\n')
    expect((await read()).unreadable.queueReaders).toMatch(/has an unknown format/)
  })
})

describe('who listens', () => {
  const LINE = (at: number, local: string, state: string) =>
    `   ${at}: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 20${at} 1 0 100 0 0 10 0\n`
  const LOOPBACK = '0100007F'
  const ANY6 = '0'.repeat(32)
  const SS = ['ss', '-6', '--tcp', '--listening', '--numeric', '--extended'].join(' ')
  const read = async (commands: Readonly<Record<string, CommandResult>> = {}) => {
    const {run, ran} = host({...IP, ...commands})
    const state = await readFirewallState(undefined, {run, isRoot: true, root})
    return {state, asked: ran.includes(SS)}
  }

  test('up to the first connection', async () => {
    await put(
      'proc/net/tcp',
      `${TCP_HEADER}${LINE(0, `${LOOPBACK}:3A99`, '0A')}${LINE(1, '00000000:0016', '03')}${LINE(2, '00000000:0016', '0A')}${LINE(3, '0200090A:D431', '01')}${LINE(4, '00000000:01BB', '0A')}`,
    )
    await put('proc/net/tcp6', `${TCP_HEADER}${LINE(0, '000080FE000000000000000001000000:0050', '0A')}`)
    const {state, asked} = await read()
    expect(state.tcpListeners).toEqual([
      {address: '127.0.0.1', port: 15001},
      {address: '0.0.0.0', port: 22},
      {address: 'fe80::1', port: 80},
    ])
    expect(asked).toBe(false)
  })

  test('whether `::` takes IPv4 is asked where nothing else does', async () => {
    await put('proc/net/tcp', `${TCP_HEADER}${LINE(0, '00000000:0016', '0A')}`)
    await put(
      'proc/net/tcp6',
      [
        TCP_HEADER,
        ...[':0016', ':0050', ':01BB', ':05DC'].map((port, at) => LINE(at, `${ANY6}${port}`, '0A')),
      ].join(''),
    )
    const {state} = await read({
      [SS]: said(`State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      128             [::]:22          [::]:*     ino:1 sk:1 cgroup:/ v6only:1 <->
LISTEN 0      511             [::]:80          [::]:*     ino:2 sk:2 cgroup:/ v6only:1 <->
LISTEN 0      511                *:443            *:*     ino:3 sk:3 cgroup:/ v6only:0 <->
`),
    })
    expect(state.tcpListeners).toEqual([
      {address: '0.0.0.0', port: 22},
      {address: '::', port: 22, ipv6Only: true},
      {address: '::', port: 80, ipv6Only: true},
      {address: '::', port: 443, ipv6Only: false},
      {address: '::', port: 1500},
    ])
    expect((await read()).state.tcpListeners?.[2]).toEqual({address: '::', port: 80})
  })

  test('a list that is not there is not empty', async () => {
    await rm(join(root, 'proc/net/tcp'))
    expect((await read()).state.unreadable.tcpListeners).toMatch(/ENOENT/)
  })
})

describe('arptables', () => {
  const read = async (commands: Readonly<Record<string, CommandResult>>) => {
    const {run, ran} = host({...IP, ...commands})
    const state = await readFirewallState(undefined, {run, isRoot: true, root})
    return {text: state.arptablesLegacyList, why: state.unreadable.arptablesLegacyList, ran: ran.join('\n')}
  }
  const LIST = 'Chain INPUT (policy ACCEPT)\n'

  test('a table that the kernel does not hold is not asked for, which would register it', async () => {
    const {text, why, ran} = await read({'arptables-legacy -n -L': said(LIST)})
    expect([text, why]).toEqual([null, undefined])
    expect(ran).not.toContain('arptables')
  })

  test.each([
    ['by its own name', {'arptables-legacy -n -L': said(LIST)}, LIST, undefined],
    [
      'by the plain name where that is the legacy one',
      {'arptables --version': said('arptables v0.0.4\n'), 'arptables -n -L': said(LIST)},
      LIST,
      undefined,
    ],
    [
      'not by a plain name that is of nf_tables',
      {'arptables --version': said('arptables 1.8.9 (nf_tables)\n'), 'arptables -n -L': said('')},
      null,
      /arptables tables \(filter\).*install the package arptables/,
    ],
    ['not at all', {}, null, /not installed/],
    ['failing', {'arptables-legacy -n -L': said('', 255, 'no')}, null, /exit code 255/],
  ] as const)('a table that is there: %s', async (_, commands, text, why) => {
    await put('proc/net/arp_tables_names', 'filter\n')
    const found = await read(commands)
    expect(found.text).toBe(text)
    if (why === undefined) expect(found.why).toBeUndefined()
    else expect(found.why).toMatch(why)
  })
})

describe('IPsec policies', () => {
  const read = async (commands: Readonly<Record<string, CommandResult>>) => {
    const {run, ran} = host({...IP, ...commands})
    const {ipsecPolicies, unreadable} = await readFirewallState(undefined, {run, isRoot: true, root})
    return {ipsecPolicies, why: unreadable.ipsecPolicies, asked: ran.includes('ip xfrm policy')}
  }
  const rules = {'iptables-nft-save': said('*filter\n-A OUTPUT -m policy --dir out --pol none -j ACCEPT\n')}

  test('are read where a rule asks for them', async () => {
    expect(await read({})).toEqual({ipsecPolicies: undefined, why: undefined, asked: false})
    const policy = said('src 10.0.0.0/8 dst 0.0.0.0/0 \n\tdir out priority 0 \n')
    expect((await read({...rules, 'ip xfrm policy': policy})).ipsecPolicies).toHaveLength(2)
    const nft = {'nft list ruleset': said('meta ipsec missing accept'), 'ip xfrm policy': said('')}
    expect(await read(nft)).toEqual({ipsecPolicies: [], why: undefined, asked: true})
  })

  test('a kernel without IPsec has none; a refusal is not none', async () => {
    const absent = said('', 2, 'Cannot open netlink socket: Protocol not supported')
    expect((await read({...rules, 'ip xfrm policy': absent})).ipsecPolicies).toEqual([])
    const refused = said('', 2, 'RTNETLINK answers: Operation not permitted')
    expect((await read({...rules, 'ip xfrm policy': refused})).why).toContain('not permitted')
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
