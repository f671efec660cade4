import {describe, expect, it} from 'vitest'
import type {Check, CheckContext} from '../../src/checks/check.ts'
import {firewall443, firewall1500} from '../../src/checks/firewall/firewall.ts'
import {os} from '../../src/checks/os/os.ts'
import {explain} from '../../src/checks/path/sentences.ts'
import {privileges} from '../../src/checks/privileges.ts'
import {CAUSE_CODES, CAUSES} from '../../src/contract/cause-codes.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {HostFacts} from '../../src/contract/host.ts'
import {NO_PERSISTENCE} from '../../src/firewall/state/managers.ts'
import type {WindowsTool} from '../../src/firewall/state/tools.ts'
import type {WindowsFirewallState} from '../../src/firewall/windows/state.ts'
import {printMarkdown} from '../../src/report/markdown/markdown.ts'
import {printText} from '../../src/report/text/text.ts'
import {contextOf} from '../checks/path/context.ts'
import {TOOLS} from '../firewall/plan/states.ts'
import {BLOCKING, type Given, windowsState} from '../firewall/windows/host.ts'
import {report} from './reports.ts'

/** Words for what only Linux has. Certificates have roots on every system. */
const OF_LINUX =
  /\bsudo\b|\bsu -|\b(as|only|needs|without) root\b|\buid\b|iptables|nftables|\bnft\b|\bufw\b|\bip (route|rule|xfrm|-)|systemctl|chrony|\bchmod\b|\bsed\b|\/(etc|usr|var|proc|tmp)\//i

const SERVER: HostFacts = {
  hostname: 'WIN-1',
  platform: 'win32',
  osId: 'windows',
  os: 'Windows Server 2022 Standard',
  osVersion: '10.0.20348',
  kernel: '10.0.20348',
  arch: 'x86_64',
  addresses: ['10.9.0.2'],
}

const SITUATIONS: Readonly<Record<string, Given>> = {
  open: {},
  'default block': {settings: BLOCKING},
  'default block, an allow rule that is off': {
    settings: BLOCKING,
    local: [
      'Action=Allow|Protocol=6|RPort=443|Active=FALSE',
      'Action=Allow|Protocol=6|RPort=1500|Active=FALSE',
    ],
  },
  'a block rule': {local: ['Action=Block|Protocol=6']},
  'a block rule for several ports': {local: ['Action=Block|Protocol=6|RPort2_10=400-2000']},
  'a block rule of Group Policy': {groupPolicy: ['Action=Block']},
  'a block rule of MDM': {mdm: ['Action=Block']},
  'default block of Group Policy': {settings: {groupPolicy: {EnableFirewall: 1, DefaultOutboundAction: 1}}},
  'local rules ignored': {settings: {local: BLOCKING.local, groupPolicy: {AllowLocalPolicyMerge: 0}}},
  'a rule for users': {local: ['Action=Block|LUAuth=O:LSD:(A;;CC;;;S-1-5-32-545)']},
  'a rule for an address': {local: ['Action=Block|RA4=52.95.110.1', 'Action=Block|RA4=10.0.0.0/8']},
  'a cut rule': {local: ['v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=15']},
  'unreadable rules': {state: {unreadable: {'rules.local': 'HKLM\\x may not be read by this user'}}},
  'an unreadable service': {
    state: {unreadable: {firewallService: '`sc.exe query MpsSvc` failed with exit code 5'}},
    settings: BLOCKING,
  },
  'unknown profiles': {
    state: {activeProfiles: [], interfaceProfiles: {}, unreadable: {interfaceProfiles: 'no PowerShell'}},
    profiles: {domain: BLOCKING},
  },
  'the service stopped': {state: {firewallService: 'stopped'}},
}

const WAYS: readonly {readonly tool: WindowsTool | null; readonly elevated: boolean}[] = [
  {tool: 'powershell', elevated: true},
  {tool: 'netsh', elevated: true},
  {tool: null, elevated: true},
  {tool: null, elevated: false},
]

function contextOn(state: WindowsFirewallState, {tool, elevated}: (typeof WAYS)[number]): CheckContext {
  const context = contextOf({
    options: {stagingSubnet: '10.20.0.0/16'},
    resolve: async () => ({kind: 'resolved', addresses: [{address: '52.95.110.1', family: 4}], ms: 1}),
  })
  return {
    ...context,
    reader: {
      ...context.reader,
      host: async () => SERVER,
      privileges: async () => ({elevated, user: 'Administrator', sudoInstalled: false}),
      firewallState: async () => state,
      firewallTools: async () => ({...TOOLS, windows: tool}),
      firewallPersistence: async () => ({...NO_PERSISTENCE, manager: 'windows-firewall'}),
      windowsFacts: async () => ({
        tls12: 'off',
        isEc2: true,
        proxies: [{scope: 'winhttp', source: 'WinHTTP', proxy: 'proxy.corp:3128'}],
      }),
    },
  }
}

/** Whatever a person reads of a finding. */
function wordsOf(findings: readonly Finding[]): readonly string[] {
  const made = report({
    host: SERVER,
    findings: Object.fromEntries(
      findings.map(({check}) => [check, findings.filter(each => each.check === check)]),
    ),
    plan: findings.flatMap(({remedies}) => remedies),
  })
  const firewall = {manager: 'windows-firewall', engines: ['windows'], alsoWrittenBy: []} as const
  const document = {...made, host: made.host && {...made.host, firewall}}
  return [
    ...findings.flatMap(({summary, nextStep}) => [summary, nextStep ?? '']),
    ...printMarkdown(document).split('\n'),
    ...printText(document).split('\n'),
  ]
}

const CHECKS: readonly Check[] = [privileges, os, firewall443, firewall1500]

describe('on Windows nothing speaks of what only Linux has', () => {
  it.each(Object.entries(SITUATIONS))('%s', async (_, given) => {
    for (const way of WAYS) {
      const context = contextOn(windowsState(given), way)
      const findings = (await Promise.all(CHECKS.map(check => check.run(context)))).flat()
      expect(findings.length).toBeGreaterThanOrEqual(CHECKS.length)
      expect(wordsOf(findings).filter(line => OF_LINUX.test(line))).toEqual([])
    }
  })

  it('in the sentences on a path', () => {
    const scene = {
      host: 'h',
      port: 443,
      from: '10.9.0.2',
      proxy: null,
      detail: 'd',
      platform: 'win32',
    } as const
    const said = CAUSE_CODES.flatMap(code => {
      if (!/^(dns|tcp|tls|clock|proxy|http|s3)\./.test(code) || CAUSES[code].status !== 'fail') return []
      const {summary, nextStep} = explain(code, scene)
      return [summary, nextStep]
    })
    expect(said.length).toBeGreaterThan(50)
    expect(said.filter(line => OF_LINUX.test(line))).toEqual([])
  })

  it('though on Linux it does', () => {
    const scene = {
      host: 'h',
      port: 443,
      from: '10.9.0.2',
      proxy: null,
      detail: 'd',
      platform: 'linux',
    } as const
    expect(explain('tcp.prohibited', scene).nextStep).toMatch(OF_LINUX)
    expect(explain('clock.skew', scene).nextStep).toMatch(OF_LINUX)
  })
})
