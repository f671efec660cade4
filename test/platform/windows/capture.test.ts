import {describe, expect, it} from 'vitest'
import type {Command} from '../../../src/contract/remedy.ts'
import {firewallState} from '../../../src/firewall/state.ts'
import type {CommandResult, RunCommand} from '../../../src/platform/command.ts'
import {readWindowsFacts} from '../../../src/platform/windows/facts.ts'
import {readFirewallState} from '../../../src/platform/windows/firewall/capture.ts'
import {parseNetworkFacts} from '../../../src/platform/windows/firewall/network.ts'
import {stateIn} from '../../../src/platform/windows/firewall/service.ts'
import {readFirewallTools} from '../../../src/platform/windows/firewall/tools.ts'
import {readWindowsPrivileges} from '../../../src/platform/windows/privileges.ts'

const LOCAL = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'
const GROUP_POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall'
const RUNNING = 'TYPE : 20  WIN32_SHARE_PROCESS\r\n STATE : 4  RUNNING\r\n'

type Keys = Readonly<Record<string, readonly string[] | 'denied'>>

/** The programs of a host whose registry holds these keys (values as `reg query` prints them, without the margin). */
function hostWith(keys: Keys, programs: Readonly<Record<string, CommandResult | string>> = {}): RunCommand {
  const printed = (text: string): CommandResult => ({kind: 'exited', code: 0, stdout: text, stderr: ''})
  const failed: CommandResult = {kind: 'exited', code: 1, stdout: '', stderr: 'Zugriff verweigert'}
  const full = (key: string) =>
    key
      .replace('HKLM', 'HKEY_LOCAL_MACHINE')
      .replace('HKU', 'HKEY_USERS')
      .replace('HKCU', 'HKEY_CURRENT_USER')
  return async ([program, ...args]: Command) => {
    const other = programs[program]
    if (other !== undefined) return typeof other === 'string' ? printed(other) : other
    if (program === 'sc.exe') return printed(RUNNING)
    if (program !== 'reg.exe') return {kind: 'not-found', program}
    const key = args[1] ?? ''
    const below = Object.keys(keys).filter(path => path.startsWith(`${key}\\`))
    const values = keys[key]
    if (values === 'denied' || (values === undefined && below.length === 0)) return failed
    const names = new Set(below.map(path => path.slice(key.length + 1).split('\\')[0]))
    const lines = (values ?? []).map(value => `    ${value}`)
    return printed(
      ['', full(key), ...lines, '', ...[...names].map(name => `${full(key)}\\${name}`), ''].join('\r\n'),
    )
  }
}

const capture = (keys: Keys, programs?: Parameters<typeof hostWith>[1]) =>
  readFirewallState(undefined, {
    run: hostWith(keys, programs),
    environment: {SystemRoot: 'C:\\Windows', SECRET: 'x'},
  })

const RULE = 'v2.31|Action=Allow|Active=TRUE|Dir=Out|'
const PLAIN: Keys = {
  [`${LOCAL}\\FirewallRules`]: [`a    REG_SZ    ${RULE}`],
  [`${LOCAL}\\DomainProfile`]: [
    'EnableFirewall    REG_DWORD    0x1',
    'DefaultOutboundAction    REG_DWORD    0x1',
  ],
  [`${LOCAL}\\StandardProfile`]: ['EnableFirewall    REG_DWORD    0x0'],
  [`${LOCAL}\\PublicProfile`]: ['LogFilePath    REG_SZ    %systemroot%\\x y.log'],
}

describe('readFirewallState on Windows', () => {
  it('reads rules and settings, and is a state that the schema knows', async () => {
    const state = await capture(PLAIN)
    expect(firewallState.parse(state)).toEqual(state)
    expect(state).toMatchObject({
      firewallService: 'running',
      rules: {local: {a: RULE}, groupPolicy: {}, mdm: {}},
      profiles: {
        domain: {local: {EnableFirewall: 1, DefaultOutboundAction: 1}},
        private: {local: {EnableFirewall: 0}},
        public: {local: {LogFilePath: '%systemroot%\\x y.log'}},
      },
      environment: {SystemRoot: 'C:\\Windows'},
    })
    expect(Object.keys(state.unreadable ?? {})).toEqual(['interfaceProfiles'])
    expect(state.environment).toEqual({SystemRoot: 'C:\\Windows'})
  })

  it('keeps Group Policy and MDM apart', async () => {
    const state = await capture({
      ...PLAIN,
      [`${GROUP_POLICY}\\FirewallRules`]: [`g    REG_SZ    ${RULE}`],
      [`${GROUP_POLICY}\\PrivateProfile`]: ['EnableFirewall    REG_DWORD    0x1'],
      [`${GROUP_POLICY}\\StandardProfile`]: ['EnableFirewall    REG_DWORD    0x0'],
      [`${LOCAL}\\Mdm\\FirewallRules`]: [`m    REG_SZ    ${RULE}`],
      [`${LOCAL}\\Mdm\\StandardProfile`]: ['EnableFirewall    REG_DWORD    0x1'],
    })
    expect(state.rules).toEqual({local: {a: RULE}, groupPolicy: {g: RULE}, mdm: {m: RULE}})
    expect(state.profiles.private).toEqual({
      local: {EnableFirewall: 0},
      groupPolicy: {EnableFirewall: 1},
      mdm: {EnableFirewall: 1},
    })
    expect(state.profiles.public?.groupPolicy).toEqual({})
  })

  it('takes the Standard profile of a policy for both where neither is there, but for what must not be in it', async () => {
    const old = ['EnableFirewall    REG_DWORD    0x0', 'DefaultOutboundAction    REG_DWORD    0x1']
    const state = await capture({...PLAIN, [`${GROUP_POLICY}\\StandardProfile`]: old})
    expect(state.profiles.private?.groupPolicy).toEqual({EnableFirewall: 0})
    expect(state.profiles.public?.groupPolicy).toEqual({EnableFirewall: 0})
    expect(state.profiles.domain?.groupPolicy).toEqual({})
  })

  it.each<[string, Keys, string]>([
    ['local rules', {...PLAIN, [`${LOCAL}\\FirewallRules`]: 'denied'}, 'rules.local'],
    ['rules of Group Policy', {...PLAIN, [`${GROUP_POLICY}\\FirewallRules`]: 'denied'}, 'rules.groupPolicy'],
    ['a profile', {...PLAIN, [`${LOCAL}\\PublicProfile`]: 'denied'}, 'profiles.public.local'],
    ['a whole policy', {...PLAIN, [GROUP_POLICY]: 'denied', [`${GROUP_POLICY}\\x`]: []}, 'rules.groupPolicy'],
    ['local rules that are not there', {[`${LOCAL}\\PublicProfile`]: []}, 'rules.local'],
  ])('never takes for "no rules": %s', async (_, keys, field) => {
    const state = await capture(keys)
    expect(state.unreadable).toHaveProperty([field])
  })

  it('names values that have another type', async () => {
    const {rules, unreadable} = await capture({
      ...PLAIN,
      [`${LOCAL}\\FirewallRules`]: ['b    REG_BINARY    00'],
    })
    expect(rules.local).toEqual({})
    expect(unreadable).toMatchObject({'rules.local.b': 'it is REG_BINARY, and a rule has to be REG_SZ'})
  })

  it('says that the service may be stopped where sc does not tell', async () => {
    const absent = await capture(PLAIN, {
      'sc.exe': {kind: 'exited', code: 1060, stdout: 'FEHLER', stderr: ''},
    })
    expect(absent.unreadable?.firewallService).toBe('`sc.exe query MpsSvc` ended with exit code 1060')
    expect((await capture(PLAIN, {'sc.exe': 'TYP : 20  X_Y\r\n STATUT : 1  STOPPED'})).firewallService).toBe(
      'stopped',
    )
  })

  it('takes profiles and routes from PowerShell', async () => {
    const printed = 'profile|2|Ethernet 2\r\nprofile|0|VPN|x\r\nroute|0.0.0.0/0|10.0.0.1|25|Ethernet 2\r\n'
    const state = await capture(PLAIN, {'powershell.exe': printed})
    expect(state).toMatchObject({
      activeProfiles: ['domain', 'public'],
      interfaceProfiles: {'Ethernet 2': 'domain', 'VPN|x': 'public'},
      routes: ['0.0.0.0/0 via 10.0.0.1 dev Ethernet 2 metric 25'],
      unreadable: {},
    })
  })

  it('knows without PowerShell which profiles may be in force', async () => {
    const list = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\NetworkList\\Profiles'
    const state = await capture({
      ...PLAIN,
      [`${list}\\{1}`]: ['ProfileName    REG_SZ    corp', 'Category    REG_DWORD    0x2'],
    })
    expect(state.activeProfiles).toEqual(['domain', 'public'])
    expect(state.unreadable?.interfaceProfiles).toMatch(/`powershell.exe` is not installed; every profile/)
    expect((await capture({...PLAIN, [`${list}\\{1}`]: ['Category    REG_SZ    2']})).activeProfiles).toEqual(
      [],
    )
  })
})

describe('what the programs of Windows print', () => {
  it('passes over lines that are none of its own', () => {
    expect(parseNetworkFacts('FEHLER\r\nprofile|9|x\r\nprofile|1|\r\nroute|a\r\n')).toEqual({
      interfaceProfiles: {},
      routes: [],
    })
  })

  it('writes on-link routes without a gateway', () => {
    const {routes} = parseNetworkFacts(
      'route|10.0.0.0/24|0.0.0.0|256|E\r\nroute|::/0|fe80::1|5|E\r\nroute|fd00::/64|::||E',
    )
    expect(routes).toEqual([
      '10.0.0.0/24 dev E metric 256',
      '::/0 via fe80::1 dev E metric 5',
      'fd00::/64 dev E metric 0',
    ])
  })

  it.each<[string, number | null]>([
    [RUNNING, 4],
    ['TYPE : 20  WIN32\r\nÉTAT : 3  STOP_PENDING', 3],
    ['TYPE               : 30  WIN32\r\n        STATE              : 1  STOPPED', 1],
    ['TYPE : 20  WIN32', null],
    ['', null],
  ])('the state of a service: %j', (output, state) => {
    expect(stateIn(output)).toBe(state)
  })
})

describe('what this host may do', () => {
  it('is elevated who may open the hive of LocalService', async () => {
    expect((await readWindowsPrivileges(hostWith({'HKU\\S-1-5-19': []}))).elevated).toBe(true)
    expect((await readWindowsPrivileges(hostWith({}))).elevated).toBe(false)
    expect(
      (await readWindowsPrivileges(async () => ({kind: 'not-found', program: 'reg.exe'}))).elevated,
    ).toBe(false)
  })

  it.each<[string, Parameters<typeof hostWith>[1], string | null]>([
    ['cmdlets', {'powershell.exe': ''}, 'powershell'],
    [
      'no cmdlets',
      {'powershell.exe': {kind: 'exited', code: 1, stdout: '', stderr: ''}, 'netsh.exe': ''},
      'netsh',
    ],
    ['no PowerShell', {'netsh.exe': ''}, 'netsh'],
    ['nothing', {}, null],
  ])('%s', async (_, programs, tool) => {
    expect((await readFirewallTools(hostWith({}, programs))).windows).toBe(tool)
  })
})

describe('readWindowsFacts', () => {
  const TLS =
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.2\\Client'
  const INTERNET = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
  const facts = (keys: Keys) => readWindowsFacts(undefined, hostWith(keys))

  it.each<[readonly string[] | null, string]>([
    [null, 'default'],
    [[], 'default'],
    [['Enabled    REG_DWORD    0x0'], 'off'],
    [['Enabled    REG_DWORD    0x1'], 'on'],
    [['Enabled    REG_DWORD    0xffffffff', 'DisabledByDefault    REG_DWORD    0x0'], 'on'],
    [['Enabled    REG_DWORD    0x1', 'DisabledByDefault    REG_DWORD    0x1'], 'off'],
    [['DisabledByDefault    REG_DWORD    0x1'], 'off'],
    [['DisabledByDefault    REG_DWORD    0x0'], 'on'],
  ])('TLS 1.2 with %j is %s', async (values, tls12) => {
    expect((await facts(values === null ? {} : {[TLS]: values})).tls12).toBe(tls12)
  })

  it('finds the proxy of every scope', async () => {
    const winHttp = `1800000000000000030000000d000000${Buffer.from('10.1.2.3:3128').toString('hex')}00000000`
    const {proxies} = await facts({
      [`HKLM\\${INTERNET}\\Connections`]: [`WinHttpSettings    REG_BINARY    ${winHttp}`],
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment': [
        'https_proxy    REG_SZ    http://m:1/',
      ],
      'HKU\\S-1-5-18\\Environment': ['HTTPS_PROXY    REG_SZ    http://s:2/'],
      [`HKU\\S-1-5-18\\${INTERNET}`]: ['ProxyEnable    REG_DWORD    0x1', 'ProxyServer    REG_SZ    s:3'],
      'HKCU\\Environment': ['https_proxy    REG_SZ    http://u:4/'],
      [`HKCU\\${INTERNET}`]: ['ProxyEnable    REG_DWORD    0x0', 'ProxyServer    REG_SZ    off:5'],
    })
    expect(proxies.map(({scope, proxy}) => `${scope} ${proxy}`)).toEqual([
      'winhttp 10.1.2.3:3128',
      'machine http://m:1/',
      'local-system http://s:2/',
      'local-system s:3',
      'user http://u:4/',
    ])
  })

  it.each(['', '18', '180000000000000001000000000000000000000', '18000000000000000300000099000000aa', 'zz'])(
    'has no WinHTTP proxy in %j',
    async hex => {
      const {proxies} = await facts({
        [`HKLM\\${INTERNET}\\Connections`]: [`WinHttpSettings    REG_BINARY    ${hex}`],
      })
      expect(proxies).toEqual([])
    },
  )
})
