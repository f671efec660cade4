import {describe, expect, it} from 'vitest'
import {
  type HostFacts,
  parseAdapterTypes,
  parseDynamicPorts,
  readHostFacts,
} from '../../../src/platform/windows/firewall/host-facts.ts'
import type {StoredRules} from '../../../src/platform/windows/firewall/rules.ts'
import {createRegistry} from '../../../src/platform/windows/registry.ts'
import {hostWith, type Keys} from './host-with.ts'

const ETHERNET = '{6D6F0001-0000-4000-8000-000000000000}'
const VPN = '{6D6F0002-0000-4000-8000-000000000000}'
const CONTROL = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}'
const TCPIP = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters\\Interfaces'
const NETBIOS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\NetBT\\Parameters\\Interfaces'

const KEYS: Keys = {
  [`${CONTROL}\\${ETHERNET}\\Connection`]: [
    'DefaultNameIndex    REG_DWORD    0x1',
    'Name    REG_SZ    Ethernet 2',
  ],
  [`${CONTROL}\\${VPN}\\Connection`]: ['Name    REG_SZ    VPN | corp'],
  [`${CONTROL}\\Descriptions`]: ['x    REG_MULTI_SZ    1'],
  [`${TCPIP}\\${ETHERNET}`]: [
    'EnableDHCP    REG_DWORD    0x1',
    'DhcpIPAddress    REG_SZ    10.9.0.2',
    'DhcpServer    REG_SZ    10.9.0.67',
  ],
  [`${TCPIP}\\{6D6F0003-0000-4000-8000-000000000000}`]: [
    'EnableDHCP    REG_DWORD    0x1',
    'DhcpIPAddress    REG_SZ    192.168.0.7',
    'DhcpServer    REG_SZ    192.168.0.1',
  ],
  [`${TCPIP}\\${VPN}`]: [
    'EnableDHCP    REG_DWORD    0x0',
    'IPAddress    REG_MULTI_SZ    172.16.0.2\\0172.16.0.3',
    'DhcpServer    REG_SZ    255.255.255.255',
  ],
  [`${NETBIOS}\\Tcpip_${VPN}`]: [
    'NameServerList    REG_MULTI_SZ    172.16.0.42\\0172.16.0.43',
    'DhcpNameServerList    REG_MULTI_SZ    ',
  ],
  [`${NETBIOS}\\Tcpip_{6D6F0003-0000-4000-8000-000000000000}`]: [
    'NameServerList    REG_MULTI_SZ    192.168.0.42',
  ],
}
const INTERFACES = {'Ethernet 2': ['10.9.0.2/24'], 'VPN | corp': ['172.16.0.2/24']}
const GERMAN_PORTS = [
  '',
  'Protokoll tcp - Dynamischer Portbereich',
  '----------------------------------------',
  'Startport       : 49152',
  'Anzahl von Ports: 16384',
  '',
].join('\r\n')

const stored = (rules: readonly string[], more: Partial<StoredRules> = {}): StoredRules => {
  const settings = {local: {}, groupPolicy: {}, mdm: {}}
  return {
    rules: {local: Object.fromEntries(rules.map((text, at) => [`${at}`, text])), groupPolicy: {}, mdm: {}},
    connectionSecurityRules: {local: {}, groupPolicy: {}, mdm: {}},
    profiles: {domain: settings, private: settings, public: settings},
    unreadable: {},
    ...more,
  }
}
const out = (conditions: string) => `v2.31|Action=Block|Active=TRUE|Dir=Out|${conditions}|Name=a|`

/** What was captured, and the programs that were started for it. */
async function read(
  found: StoredRules,
  {
    keys = KEYS,
    dns = ['127.0.0.1'],
    programs = {},
  }: {keys?: Keys; dns?: readonly string[]; programs?: Parameters<typeof hostWith>[1]} = {},
): Promise<HostFacts & {readonly started: readonly string[]}> {
  const started: string[] = []
  const host = hostWith(keys, {'netsh.exe': GERMAN_PORTS, ...programs})
  const run: typeof host = (command, limits) => {
    started.push(command[0])
    return host(command, limits)
  }
  const registry = createRegistry(run)
  return {
    ...(await readHostFacts(found, {run, registry, interfaces: INTERFACES, dnsServers: () => dns})),
    started,
  }
}

describe('readHostFacts', () => {
  it.each([
    ['no rules', stored([])],
    ['rules that ask for nothing', stored([out('Protocol=6|RPort=443|RA4=LocalSubnet')])],
    [
      'own ports that are never chosen',
      stored([out('Protocol=17|LPort=68|RPort=67'), out('Protocol=6|LPort=443|LPort2_10=1-1024')]),
    ],
    ['own ports of inbound rules', stored(['v2.31|Action=Allow|Dir=In|Protocol=6|LPort2_10=49152-65535|'])],
    [
      'a list of adapters that is empty',
      stored([], {
        profiles: {
          domain: {local: {DisabledInterfaces: ''}, groupPolicy: {}, mdm: {}},
          private: {local: {}, groupPolicy: {}, mdm: {}},
          public: {local: {}, groupPolicy: {}, mdm: {}},
        },
      }),
    ],
  ])('starts nothing for %s', async (_, found) => {
    expect(await read(found)).toEqual({servers: {}, unreadable: {}, started: []})
  })

  it('reads the names of adapters where a rule names one', async () => {
    const {adapters, started} = await read(stored([out(`IF=${ETHERNET}`)]))
    expect(adapters).toEqual({[ETHERNET]: {name: 'Ethernet 2'}, [VPN]: {name: 'VPN | corp'}})
    expect(started).toEqual(['reg.exe'])
  })

  it.each([
    [
      'a setting',
      stored([], {
        profiles: {
          domain: {local: {}, groupPolicy: {disabledInterfaces: ETHERNET}, mdm: {}},
          private: {local: {}, groupPolicy: {}, mdm: {}},
          public: {local: {}, groupPolicy: {}, mdm: {}},
        },
      }),
    ],
    [
      'a connection security rule',
      stored([], {
        connectionSecurityRules: {local: {a: `v2.31|Action=Secure|IF=${VPN}|`}, groupPolicy: {}, mdm: {}},
      }),
    ],
    ['a disabled rule', stored([out(`IF=${VPN}`).replace('TRUE', 'FALSE')])],
  ])('reads them where %s names one', async (_, found) => {
    expect(Object.keys((await read(found)).adapters ?? {})).toEqual([ETHERNET, VPN])
  })

  it('asks PowerShell for their types where a rule names one, and does without', async () => {
    const found = stored([out('IFType=Lan')])
    const printed = `FEHLER\r\nadapter|${ETHERNET}|6\r\nadapter|${VPN.toLowerCase()}|23\r\n`
    const {adapters} = await read(found, {programs: {'powershell.exe': printed}})
    expect(adapters).toEqual({
      [ETHERNET]: {name: 'Ethernet 2', type: 6},
      [VPN]: {name: 'VPN | corp', type: 23},
    })
    expect((await read(found)).adapters).toEqual({
      [ETHERNET]: {name: 'Ethernet 2'},
      [VPN]: {name: 'VPN | corp'},
    })
  })

  it('says that adapters could not be read, and leaves them out', async () => {
    const denied = {...KEYS, [`${CONTROL}\\${VPN}\\Connection`]: 'denied'} as const
    const facts = await read(stored([out(`IF=${ETHERNET}`)]), {keys: denied})
    expect(facts).not.toHaveProperty('adapters')
    expect(facts.unreadable.adapters).toMatch(/4D36E972.* could not be read/)
  })

  it('reads the servers of the interfaces in use', async () => {
    const {servers} = await read(stored([out('RA4=DHCP')]))
    expect(servers).toEqual({
      dhcp: {ipv4: ['10.9.0.67']},
      wins: {ipv4: ['172.16.0.42', '172.16.0.43'], ipv6: []},
    })
  })

  it.each([
    ['WINS servers alone', {...KEYS, [`${NETBIOS}\\x`]: 'denied'} as const, {dhcp: {ipv4: ['10.9.0.67']}}],
    ['both', {...KEYS, [`${TCPIP}\\x`]: 'denied'} as const, {}],
  ])('leaves out what could not be read: %s', async (_, keys, servers) => {
    const facts = await read(stored([out('RA6=WINS')]), {keys})
    expect(facts.servers).toEqual(servers)
    expect('servers' in facts.unreadable).toBe(Object.keys(servers).length === 0)
  })

  it.each<[readonly string[], HostFacts['servers']]>([
    [
      ['10.9.0.53', '[fe80::53%7]:5353', '2001:db8::53'],
      {dns: {ipv4: ['10.9.0.53'], ipv6: ['fe80::53', '2001:db8::53']}},
    ],
    [['127.0.0.1', '10.9.0.53'], {dns: {ipv4: ['127.0.0.1', '10.9.0.53'], ipv6: []}}],
    [['fe80::53%eth0'], {dns: {ipv4: [], ipv6: ['fe80::53']}}],
    [['127.0.0.1'], {}],
    [['::1'], {}],
    [[], {}],
  ])('the DNS servers %j', async (dns, servers) => {
    expect((await read(stored([]), {dns})).servers).toEqual(servers)
  })

  it('asks for the ports that the system chooses from', async () => {
    const found = stored([out('Protocol=6|LPort2_10=49152-65535')])
    const {dynamicPorts, started} = await read(found)
    expect(dynamicPorts).toEqual({ipv4: [49152, 65535], ipv6: [49152, 65535]})
    expect(started).toEqual(['netsh.exe', 'netsh.exe'])
    const silent = await read(found, {programs: {'netsh.exe': ''}})
    expect(silent).not.toHaveProperty('dynamicPorts')
    expect(silent.unreadable.dynamicPorts).toMatch(/netsh.exe interface ipv4 show dynamicport tcp/)
  })
})

describe('what the programs print', () => {
  it.each<[string, [number, number] | null]>([
    [GERMAN_PORTS, [49152, 65535]],
    ['Port de début           : 1025\r\nNombre de ports : 64510\r\n', [1025, 65534]],
    ['Start Port      : 10000\nNumber of Ports : 1\n', [10000, 10000]],
    ['Start Port      : 49152\r\n', null],
    ['Start Port      : 60000\r\nNumber of Ports : 16384\r\n', null],
    ['a: 1\r\nb: 2\r\nc: 3\r\n', null],
    ['', null],
  ])('ports in %j', (output, ports) => {
    expect(parseDynamicPorts(output)).toEqual(ports)
  })

  it('types of adapters, and no other lines', () => {
    const output = `adapter|${ETHERNET}|71\r\nadapter|x|6\r\nadapter|${VPN}|\r\n`
    expect([...parseAdapterTypes(output)]).toEqual([[ETHERNET.toLowerCase(), 71]])
  })
})
