import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest'
import {firewallState} from '../../../src/firewall/state/state.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {codesOf, findingsFor, reportOf} from '../product/report.ts'
import {describeBadInput} from './bad-input.ts'
import {describeWine} from './describe-wine.ts'
import type {RegistryContent} from './registry-file.ts'
import {
  BLOCK_1500,
  BLOCK_PORTS,
  DOMAIN_NETWORK,
  HTTPS_OFF,
  host,
  ONLY_443,
  ONLY_1500,
  TARGETS,
} from './situation.ts'
import {
  ADAPTER,
  CONNECTIONS,
  ELEVATED,
  GROUP_POLICY,
  POLICY,
  startWindowsHost,
  type WindowsHost,
} from './wine.ts'
import {describeWizard} from './wizard.ts'

// Every program that is started takes its time in wine.
vi.setConfig({testTimeout: 180_000})

describeWine('drs-onboard as a Windows program, in wine', () => {
  let lab: Lab
  let windows: WindowsHost

  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
    windows = await startWindowsHost(lab)
  }, 180_000)
  afterAll(() => lab?.stop())
  beforeEach(async () => {
    await windows.setRegistry(host({}, {}))
    windows.setNetwork(DOMAIN_NETWORK)
  })

  test('a server that lets everything out is ready, over the whole path; a proxy that is set is told', async () => {
    const winHttp = Buffer.concat([
      Buffer.from('18000000000000000300000010000000', 'hex'),
      Buffer.from('proxy.corp:31280'),
      Buffer.from('00000000', 'hex'),
    ])
    await windows.setRegistry(host({}, {}, {[CONNECTIONS]: {WinHttpSettings: winHttp}}))
    windows.setNetwork(DOMAIN_NETWORK)
    const result = await windows.drsOnboard([
      'check',
      ...TARGETS,
      '--replication-server',
      STAGING.ipv4,
      '--json',
    ])
    const report = reportOf(result)
    expect(report.host).toMatchObject({
      platform: 'win32',
      firewall: {manager: 'windows-firewall', engines: ['windows']},
    })
    expect(codesOf(report).filter(code => !/ pass ok$/.test(code))).toEqual([])
    expect(findingsFor(report, 'installer-download')[0]?.target).toMatch(
      /windows\/AwsReplicationWindowsInstaller\.exe$/,
    )
    expect(report.installCommand?.[0]).toBe('.\\AwsReplicationWindowsInstaller.exe')
    expect(findingsFor(report, 'drs-endpoint')[0]?.evidence.proxySettings).toEqual([
      {url: 'http://proxy.corp:31280/', from: 'WinHTTP (netsh winhttp show proxy)'},
    ])
    expect(result.code).toBe(0)
  })

  test('capture reads what the registry holds, and explain judges it here', async () => {
    const odd = {
      '{odd}': new Uint8Array([1, 2]),
      Empty: '',
      Cut: 'v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=15',
    }
    const guid = ADAPTER.slice(ADAPTER.lastIndexOf('{'))
    const bound = `v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|LPort2_10=50000-50100|RPort=25|IF=${guid}|IFType=Lan|Name=bound|`
    const secure = 'v2.31|Action=Secure|Active=TRUE|EP2_4=10.30.0.0/16|Name=IPsec (Überwachung)|'
    await windows.setRegistry(
      host(
        {DefaultOutboundAction: 1},
        {Überwachung: HTTPS_OFF, bound, ...odd},
        {
          [`${ADAPTER}\\Connection`]: {Name: 'eth0'},
          [`${POLICY}\\ConSecRules`]: {'{secure}': secure},
          [`${GROUP_POLICY}\\ConSecRules`]: {gpo: secure},
          [`${POLICY}\\PrivateProfile`]: {EnableFirewall: 0},
          [`${GROUP_POLICY}\\DomainProfile\\GloballyOpenPorts`]: {AllowUserPrefMerge: 0},
          [`${GROUP_POLICY}\\DomainProfile`]: {AllowLocalPolicyMerge: 1, LogFilePath: 'C:\\log file.txt'},
          [`${POLICY}\\Mdm\\FirewallRules`]: {m: 'v2.31|Action=Allow|Dir=In|'},
        },
      ),
    )
    windows.setNetwork([...DOMAIN_NETWORK, `adapter|${guid}|6`])
    const {stdout, code} = await windows.drsOnboard(['capture'])
    expect(code).toBe(0)
    const state = firewallState.parse(JSON.parse(stdout))
    expect(state).toMatchObject({
      platform: 'win32',
      osVersion: expect.stringMatching(/^10\.0\.\d+$/),
      firewallService: 'running',
      rules: {
        local: {Überwachung: HTTPS_OFF, Empty: '', Cut: odd.Cut, bound},
        groupPolicy: {},
        mdm: {m: 'v2.31|Action=Allow|Dir=In|'},
      },
      profiles: {
        domain: {
          local: {EnableFirewall: 1, DefaultOutboundAction: 1},
          groupPolicy: {
            AllowLocalPolicyMerge: 1,
            LogFilePath: 'C:\\log file.txt',
            'GloballyOpenPorts\\AllowUserPrefMerge': 0,
          },
        },
      },
      connectionSecurityRules: {local: {'{secure}': secure}, groupPolicy: {gpo: secure}, mdm: {}},
      adapters: {[guid]: {name: 'eth0', type: 6}},
      dynamicPorts: {ipv4: [50_000, 50_999], ipv6: [50_000, 50_999]},
      activeProfiles: ['domain'],
      interfaceProfiles: {eth0: 'domain'},
      routes: ['0.0.0.0/0 via 10.9.0.1 dev eth0 metric 25'],
      unreadable: {
        'rules.local.{odd}': 'it is REG_BINARY, and a rule has to be REG_SZ',
        'profiles.private.local.EnableFirewall': expect.stringMatching(/PrivateProfile/),
      },
    })
    const explain = ['explain', '--state', '-', '--to', '52.95.110.1', '--port', '443', '--json']
    const judged = await lab.source.drsOnboard(explain, {input: stdout})
    expect(JSON.parse(judged.stdout)).toMatchObject({verdict: 'unknown'})
    expect(judged.code).toBe(5)
  })

  test('default block: the rule that is there is enabled, the server ready, and undo reverts it', async () => {
    await windows.setRegistry(host({DefaultOutboundAction: 1}, {'{8A2B}': HTTPS_OFF}))
    windows.setNetwork(DOMAIN_NETWORK)
    const found = await windows.drsOnboard(['check', ...ONLY_443, '--json'])
    expect(found.code).toBe(3)
    const [finding] = findingsFor(reportOf(found), 'firewall-443')
    expect(finding).toMatchObject({
      code: 'firewall.default-block',
      evidence: {judgement: {blocker: {engine: 'windows', table: 'local', chain: 'domain', rule: 'policy'}}},
    })
    windows.calls()

    const fixed = await windows.drsOnboard(['fix', '--yes', ...ONLY_443, '--json'])
    expect(
      reportOf(fixed).applied.map(({result}) => result),
      fixed.stderr,
    ).toEqual(['kept'])
    expect(fixed.code).toBe(0)
    expect(await windows.rule('{8A2B}')).toBe(HTTPS_OFF.replace('FALSE', 'TRUE'))
    expect(windows.calls().filter(call => call.includes('-Name'))).toEqual([
      "powershell.exe -NoProfile -NonInteractive -Command $ProgressPreference='SilentlyContinue'; Enable-NetFirewallRule -Name '{8A2B}' -ErrorAction Stop",
    ])

    const undone = await windows.drsOnboard(['undo', '--yes'])
    expect(undone.code, undone.stderr).toBe(0)
    expect(await windows.rule('{8A2B}')).toBe(HTTPS_OFF)
    expect((await windows.drsOnboard(['undo', '--list'])).stdout).toMatch(/nothing/i)
  })

  test('default block without such a rule: one of our own, narrow, and gone after undo', async () => {
    await windows.setRegistry(host({DefaultOutboundAction: 1}, {}))
    windows.setNetwork(DOMAIN_NETWORK)
    const before = await windows.ruleIds()
    const fixed = await windows.drsOnboard(['fix', '--yes', ...ONLY_1500, '--json'])
    const report = reportOf(fixed)
    expect(
      report.applied.map(({result}) => result),
      fixed.stderr,
    ).toEqual(['kept'])
    const id = `drs-onboard-${report.applied[0]?.remedy}`
    expect(await windows.rule(id)).toBe(
      `v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|Profile=Domain|RPort=1500|RA4=${STAGING.subnet}|Name=drs-onboard: TCP 1500 out|EmbedCtxt=drs-onboard|`,
    )
    expect(fixed.code).toBe(0)
    const again = await windows.drsOnboard(['fix', '--yes', ...ONLY_1500, '--json'])
    expect([reportOf(again).applied, again.code]).toEqual([[], 0])
    expect((await windows.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await windows.ruleIds()).toEqual(before)
  })

  test('a block rule of the host gives way only when that is asked for separately', async () => {
    await windows.setRegistry(host({}, {'no-1500': BLOCK_1500}))
    windows.setNetwork(DOMAIN_NETWORK)
    const left = await windows.drsOnboard(['fix', '--yes', ...ONLY_1500, '--json'])
    expect(findingsFor(reportOf(left), 'firewall-1500')[0]?.code).toBe('firewall.block-rule')
    expect([left.code, reportOf(left).applied]).toEqual([3, []])
    expect(await windows.rule('no-1500')).toBe(BLOCK_1500)

    const fixed = await windows.drsOnboard(['fix', '--yes', '--allow-disruptive', ...ONLY_1500, '--json'])
    expect([fixed.code, reportOf(fixed).applied.map(({result}) => result)]).toEqual([0, ['kept']])
    expect(await windows.rule('no-1500')).toBe(BLOCK_1500.replace('TRUE', 'FALSE'))
    expect((await windows.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await windows.rule('no-1500')).toBe(BLOCK_1500)
  })

  test('one port is taken out of a block rule of several, and comes back unless somebody was faster', async () => {
    await windows.setRegistry(host({}, {mail: BLOCK_PORTS}))
    windows.setNetwork(DOMAIN_NETWORK)
    const fix = ['fix', '--yes', '--allow-disruptive', ...ONLY_1500, '--json']
    const fixed = await windows.drsOnboard(fix)
    expect([fixed.code, reportOf(fixed).applied.map(({result}) => result)]).toEqual([0, ['kept']])
    expect(await windows.rule('mail')).toBe(BLOCK_PORTS.replace('RPort=1500|', ''))
    expect((await windows.drsOnboard(['undo', '--yes'])).code).toBe(0)
    expect(await windows.rule('mail')).toBe(BLOCK_PORTS)

    expect((await windows.drsOnboard(fix)).code).toBe(0)
    const changed = BLOCK_PORTS.replace('RPort=1500|', 'RPort=1433|')
    await windows.setRule('mail', changed)
    windows.calls()
    const undone = await windows.drsOnboard(['undo', '--yes'])
    expect([undone.code, await windows.rule('mail')], undone.stderr).toEqual([0, changed])
    expect(windows.calls().filter(call => call.includes('-NetFirewallRule'))).toEqual([])
  })

  test.each<[string, RegistryContent, RegExp]>([
    ['a rule', {[`${GROUP_POLICY}\\FirewallRules`]: {'{gpo}': BLOCK_1500}}, /Group Policy rule \{gpo\}/],
    [
      'the default action',
      {[`${GROUP_POLICY}\\DomainProfile`]: {DefaultOutboundAction: 1}},
      /default outbound action of the Domain profile/,
    ],
  ])('what Group Policy blocks by %s is named, and nothing is changed', async (_, policy, words) => {
    await windows.setRegistry(host({}, {}, policy))
    windows.setNetwork(DOMAIN_NETWORK)
    const before = await windows.ruleIds()
    const result = await windows.drsOnboard(['fix', '--yes', '--allow-disruptive', ...ONLY_1500, '--json'])
    const [finding] = findingsFor(reportOf(result), 'firewall-1500')
    expect(finding).toMatchObject({code: 'firewall.managed', remedies: []})
    expect(finding?.nextStep).toMatch(words)
    expect(result.code).toBe(3)
    expect(await windows.ruleIds()).toEqual(before)
    expect(
      windows.calls().filter(call => /New-|Set-|Enable-|Disable-/.test(call) && !call.includes('Get-')),
    ).toEqual([])
  })

  test('a cmdlet that fails leaves everything as it was', async () => {
    await windows.setRegistry(host({DefaultOutboundAction: 1}, {'{8A2B}': HTTPS_OFF}))
    windows.setNetwork(DOMAIN_NETWORK)
    const result = await windows.drsOnboard(['fix', '--yes', ...ONLY_443, '--json'], {
      fails: 'Enable-',
    })
    const [applied] = reportOf(result).applied
    expect(applied).toMatchObject({result: 'failed'})
    // What it says is in the code page of the console.
    expect(JSON.stringify(applied)).toContain('Refusé.')
    expect(result.code).toBe(4)
    expect(await windows.rule('{8A2B}')).toBe(HTTPS_OFF)
  })

  test('without the cmdlets netsh does it', async () => {
    await windows.setRegistry(host({DefaultOutboundAction: 1}, {}))
    windows.setNetwork(DOMAIN_NETWORK)
    const options = {fails: 'Get-Command'}
    const fixed = await windows.drsOnboard(['fix', '--yes', ...ONLY_443, '--json'], options)
    const report = reportOf(fixed)
    expect(
      report.applied.map(({result}) => result),
      fixed.stderr,
    ).toEqual(['kept'])
    expect(await windows.rule(`{drs-onboard-${report.applied[0]?.remedy}}`)).toMatch(/RPort=443\|/)
    expect((await windows.drsOnboard(['undo', '--yes'], options)).code).toBe(0)
    expect(await windows.rule(`{drs-onboard-${report.applied[0]?.remedy}}`)).toBeNull()
  })

  test('a dry run prints what it would do for PowerShell, and does nothing', async () => {
    await windows.setRegistry(host({DefaultOutboundAction: 1}, {}))
    windows.setNetwork(DOMAIN_NETWORK)
    const before = await windows.ruleIds()
    const {stdout, code} = await windows.drsOnboard(['fix', '--dry-run', ...ONLY_1500])
    expect(stdout).toMatch(
      /powershell\.exe -NoProfile -NonInteractive -Command '\$ProgressPreference=''SilentlyContinue''; \$null = New-NetFirewallRule -Name ''drs-onboard-open-1500-/,
    )
    expect(code).toBe(3)
    expect(await windows.ruleIds()).toEqual(before)
  })

  describe('without an elevated token', () => {
    const plain = () => {
      const {[ELEVATED]: _, ...rest} = host({DefaultOutboundAction: 1}, {})
      return rest
    }

    test('check reads the rules and says what repairing takes', async () => {
      await windows.setRegistry(plain())
      windows.setNetwork(DOMAIN_NETWORK)
      const report = reportOf(
        await windows.drsOnboard(['check', ...TARGETS, '--only', 'privileges,firewall-443', '--json']),
      )
      expect(codesOf(report)).toEqual([
        'privileges: warn privileges.limited',
        'firewall-443: fail firewall.default-block',
      ])
      expect(findingsFor(report, 'privileges')[0]?.nextStep).toMatch(/Run as administrator/)
    })

    test('capture refuses', async () => {
      await windows.setRegistry(plain())
      const {code, stderr} = await windows.drsOnboard(['capture'])
      expect([code, stderr.trim()]).toEqual([2, expect.stringMatching(/run it again as Administrator\.$/)])
    })
  })

  test('profiles that are not known: every one that may be in force is judged', async () => {
    await windows.setRegistry(host({DefaultOutboundAction: 1}, {}))
    windows.setNetwork([])
    const report = reportOf(await windows.drsOnboard(['check', ...ONLY_443, '--json']))
    expect(findingsFor(report, 'firewall-443')[0]).toMatchObject({code: 'firewall.unknown'})
  })

  describeBadInput(() => windows)
  describeWizard(() => windows)
})
