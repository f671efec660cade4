import {describe, expect, it} from 'vitest'
import {readWindowsFacts} from '../../../src/platform/windows/facts.ts'
import {readFirewallTools} from '../../../src/platform/windows/firewall/index.ts'
import {readWindowsPrivileges} from '../../../src/platform/windows/host.ts'
import {hostWith, type Keys} from './host-with.ts'

describe('what this host may do', () => {
  it('is elevated who may open the hive of LocalService', async () => {
    expect((await readWindowsPrivileges(hostWith({'HKU\\S-1-5-19': []}))).elevated).toBe(true)
    expect((await readWindowsPrivileges(hostWith({}))).elevated).toBe(false)
    expect(
      (await readWindowsPrivileges(async () => ({kind: 'not-found', program: 'reg.exe'}))).elevated,
    ).toBe(false)
  })

  it.each<[string, Parameters<typeof hostWith>[1], string | null]>([
    ['cmdlets', {'powershell.exe': 'New-NetFirewallRule\r\n'}, 'powershell'],
    ['a PowerShell that does nothing', {'powershell.exe': '', 'netsh.exe': ''}, 'netsh'],
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
  const facts = (keys: Keys, version = '10.0.20348') => readWindowsFacts(undefined, hostWith(keys), version)

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

  it.each([
    ['10.0.17763', 'default'],
    ['6.3.9600', 'default'],
    ['6.2.9200', 'default'],
    ['6.1.7601', 'off'],
    ['6.0.6003', 'off'],
  ])('TLS 1.2 that nobody has set is on Windows %s %s', async (version, tls12) => {
    expect((await facts({}, version)).tls12).toBe(tls12)
    expect((await facts({[TLS]: ['Enabled    REG_DWORD    0x1']}, version)).tls12).toBe('on')
  })

  it.each<[readonly string[], boolean]>([
    [['SystemManufacturer    REG_SZ    Amazon EC2', 'BIOSVersion    REG_SZ    1.0'], true],
    [['SystemManufacturer    REG_SZ    Xen', 'BIOSVersion    REG_SZ    4.11.amazon'], true],
    [['SystemManufacturer    REG_SZ    Xen', 'BIOSVersion    REG_SZ    4.11'], false],
    [['SystemManufacturer    REG_SZ    VMware, Inc.'], false],
    [[], false],
  ])('%j: an EC2 instance? %j', async (values, isEc2) => {
    const keys = {'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS': values}
    expect((await facts(keys)).isEc2).toBe(isEc2)
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

  it('finds the scripts that choose a proxy, and the settings that a policy has all users share', async () => {
    const shared: Keys = {
      [`HKLM\\${INTERNET}`]: ['ProxyEnable    REG_DWORD    0x1', 'ProxyServer    REG_SZ    m:1'],
      [`HKCU\\${INTERNET}`]: ['AutoConfigURL    REG_SZ    http://pac.corp/proxy.pac'],
    }
    const script = {
      scope: 'user',
      source: 'the Internet settings of this user',
      proxy: 'http://pac.corp/proxy.pac',
      isScript: true,
    }
    expect((await facts(shared)).proxies).toEqual([script])
    const policy = 'HKLM\\Software\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
    expect(
      (await facts({...shared, [policy]: ['ProxySettingsPerUser    REG_DWORD    0x0']})).proxies,
    ).toEqual([{scope: 'machine', source: 'the Internet settings of the machine', proxy: 'm:1'}, script])
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
