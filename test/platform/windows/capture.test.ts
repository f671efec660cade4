import {describe, expect, it} from 'vitest'
import {firewallState} from '../../../src/firewall/state/state.ts'
import {readFirewallState, stateIn} from '../../../src/platform/windows/firewall/capture.ts'
import {parseNetworkFacts} from '../../../src/platform/windows/firewall/network.ts'
import {hostWith, type Keys} from './host-with.ts'

const LOCAL = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'
const GROUP_POLICY = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall'
const RUNNING = 'TYPE : 20  WIN32_SHARE_PROCESS\r\n STATE : 4  RUNNING\r\n'

const capture = (
  keys: Keys,
  programs?: Parameters<typeof hostWith>[1],
  sources: Parameters<typeof readFirewallState>[1] = {},
) =>
  readFirewallState(undefined, {
    run: hostWith(keys, programs),
    environment: {SystemRoot: 'C:\\Windows', SECRET: 'x'},
    dnsServers: () => ['127.0.0.1'],
    ...sources,
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

  it('keeps connection security rules of every store', async () => {
    const auth = 'v2.33|Action=Secure|Active=TRUE|Name=Auth|'
    const state = await capture({
      ...PLAIN,
      [`${LOCAL}\\ConSecRules`]: [`l    REG_SZ    ${auth}`],
      [`${GROUP_POLICY}\\ConSecRules`]: [`g    REG_SZ    ${auth}`],
      [`${LOCAL}\\Mdm\\ConSecRules`]: [`m    REG_SZ    ${auth}`, 'b    REG_BINARY    00'],
    })
    expect(state.connectionSecurityRules).toEqual({local: {l: auth}, groupPolicy: {g: auth}, mdm: {m: auth}})
    expect(state.unreadable).toHaveProperty(['connectionSecurityRules.mdm.b'])
    const none = await capture(PLAIN)
    expect(none.connectionSecurityRules).toEqual({local: {}, groupPolicy: {}, mdm: {}})
    const denied = await capture({...PLAIN, [`${GROUP_POLICY}\\ConSecRules`]: 'denied'})
    expect(denied.unreadable).toHaveProperty(['connectionSecurityRules.groupPolicy'])
  })

  it('keeps what has local rules of a kind ignored, by the name of its key', async () => {
    const off = ['AllowUserPrefMerge    REG_DWORD    0x0']
    const state = await capture({
      ...PLAIN,
      [`${GROUP_POLICY}\\DomainProfile`]: ['EnableFirewall    REG_DWORD    0x1'],
      [`${GROUP_POLICY}\\DomainProfile\\AuthorizedApplications`]: off,
      [`${GROUP_POLICY}\\DomainProfile\\GloballyOpenPorts`]: off,
      [`${LOCAL}\\PublicProfile\\GloballyOpenPorts`]: ['AllowUserPrefMerge    REG_SZ    0'],
      [`${LOCAL}\\StandardProfile\\AuthorizedApplications`]: 'denied',
    })
    expect(state.profiles.domain?.groupPolicy).toEqual({
      EnableFirewall: 1,
      'AuthorizedApplications\\AllowUserPrefMerge': 0,
      'GloballyOpenPorts\\AllowUserPrefMerge': 0,
    })
    expect(state.profiles.public?.local).toMatchObject({'GloballyOpenPorts\\AllowUserPrefMerge': '0'})
    expect(state.unreadable).toHaveProperty([
      'profiles.private.local.AuthorizedApplications\\AllowUserPrefMerge',
    ])
  })

  it.each<[string, readonly string[], readonly string[]]>([
    ['says the same', ['EnableFirewall    REG_DWORD    0x0'], []],
    [
      'says what is not judged',
      ['EnableFirewall    REG_DWORD    0x0', 'LogFileSize    REG_DWORD    0x1'],
      [],
    ],
    ['says otherwise', ['EnableFirewall    REG_DWORD    0x1'], ['EnableFirewall']],
    [
      'says more',
      ['EnableFirewall    REG_DWORD    0x0', 'DefaultOutboundAction    REG_DWORD    0x1'],
      ['DefaultOutboundAction'],
    ],
    ['says less', [], ['EnableFirewall']],
  ])('a local PrivateProfile key beside StandardProfile that %s', async (_, values, differing) => {
    const state = await capture({...PLAIN, [`${LOCAL}\\PrivateProfile`]: values})
    expect(state.profiles.private?.local).toEqual({EnableFirewall: 0})
    const noted = Object.keys(state.unreadable ?? {}).filter(field => field.startsWith('profiles.'))
    expect(noted).toEqual(differing.map(name => `profiles.private.local.${name}`))
  })

  it('a PrivateProfile key that may not be read leaves the profile open', async () => {
    const state = await capture({...PLAIN, [`${LOCAL}\\PrivateProfile`]: 'denied'})
    expect(state.unreadable).toHaveProperty(['profiles.private.local'])
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
    expect(absent.unreadable?.firewallService).toBe('`sc.exe query MpsSvc` failed with exit code 1060')
    expect((await capture(PLAIN, {'sc.exe': 'TYP : 20  X_Y\r\n STATUT : 1  STOPPED'})).firewallService).toBe(
      'stopped',
    )
  })

  it('says whether the engine below the firewall runs, where sc tells', async () => {
    expect((await capture(PLAIN)).baseFilteringEngine).toBe('running')
    const stopped = 'TYPE : 20  X_Y\r\n STATE : 1  STOPPED'
    expect((await capture(PLAIN, {'sc.exe': stopped})).baseFilteringEngine).toBe('stopped')
    expect(await capture(PLAIN, {'sc.exe': ''})).not.toHaveProperty('baseFilteringEngine')
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
