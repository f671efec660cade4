import {beforeAll, describe, expect, it} from 'vitest'
import {stepsInOrder} from '../../../src/contract/remedy.ts'
import type {FirewallTools} from '../../../src/firewall/state/tools.ts'
import type {WindowsFirewallState} from '../../../src/firewall/windows/state.ts'
import {ADAPTER_QUESTION} from '../../../src/platform/windows/firewall/host-facts.ts'
import {HAS_CMDLETS} from '../../../src/platform/windows/firewall/index.ts'
import {NETWORK_QUESTION} from '../../../src/platform/windows/firewall/network.ts'
import {type Need, planRepair} from '../plan/planned.ts'
import {refusals} from './cmdlet-parameters.ts'
import {BLOCKING, windowsState} from './host.ts'
import {netshRefusals} from './netsh-syntax.ts'
import {type CmdletCall, powerShellParser} from './powershell.ts'

const tools = (windows: 'powershell' | 'netsh'): FirewallTools => ({
  'iptables-legacy': {ip: null, ip6: null},
  'iptables-nft': {ip: null, ip6: null},
  nft: null,
  windows,
})

const NEEDS: readonly Need[] = [
  {check: 'firewall-443', port: 443, to: ['52.95.110.1', '2600:1f00::1'], destination: null},
  {check: 'firewall-1500', port: 1500, to: ['10.20.0.0/16'], destination: '10.20.0.0/16'},
  {check: 'firewall-1500', port: 1500, to: ['fd20::/64'], destination: 'fd20::/64'},
]

/** Hosts that every kind of step is planned for. */
const HOSTS: readonly WindowsFirewallState[] = [
  windowsState({settings: BLOCKING}),
  windowsState({
    settings: BLOCKING,
    profiles: {public: BLOCKING},
    state: {activeProfiles: ['domain', 'public'], interfaceProfiles: {}},
  }),
  windowsState({settings: {groupPolicy: {DefaultOutboundAction: 1}}}),
  ...[
    'Action=Block',
    'Action=Block|Protocol=6|RPort=443|RPort=1500|RPort=25',
    'Action=Block|Protocol=6|RPort2_10=1-2000|RPort=8080',
    'Action=Block|Protocol=6|RPort=443|RPort=1500',
  ].map(rule => windowsState({local: [rule]})),
  windowsState({settings: BLOCKING, local: ['Action=Allow|Active=FALSE|Protocol=6|RPort=443|RPort=1500']}),
]

const plans = (tool: 'powershell' | 'netsh') =>
  HOSTS.flatMap(state => NEEDS.map(need => planRepair(state, tools(tool), need)))

const commandsOf = (tool: 'powershell' | 'netsh') =>
  plans(tool).flatMap(({remedies}) =>
    remedies.flatMap(remedy => {
      const {now, onceProved} = stepsInOrder(remedy)
      return [...now, ...onceProved].flatMap(({do: change, undo, alreadyDone}) => [
        change,
        undo,
        ...(alreadyDone ? [alreadyDone] : []),
      ])
    }),
  )

describe('what Windows would refuse of a cmdlet', () => {
  let callsIn: (text: string) => readonly CmdletCall[]

  beforeAll(async () => {
    const parse = await powerShellParser()
    callsIn = text => {
      const {isValid, calls} = parse(text)
      expect(isValid, text).toBe(true)
      return calls
    }
  })

  it.each([
    ["New-NetFirewallRul -DisplayName 'a'", 'no cmdlet New-NetFirewallRul'],
    ["Enable-NetFirewallRule -Name 'a' -Port 443", 'no parameter -Port'],
    ["New-NetFirewallRule -Name 'a' -Direction Outbound", '0 parameter sets fit in 2012/PS3.0 (captured)'],
    ["Enable-NetFirewallRule -Name 'a' -DisplayName 'b'", '0 parameter sets fit'],
    ["Set-NetFirewallRule -RemotePort 443 'a' 'b'", '0 parameter sets fit'],
    ["New-NetFirewallRule -DisplayName 'a' -Direction Out", '-Direction does not take Out'],
    ["New-NetFirewallRule -DisplayName 'a' -Profile 'Domain','Work'", '-Profile does not take Work'],
    ["New-NetFirewallRule -DisplayName 'a' -Enabled", '-Enabled needs a value'],
    ["New-NetFirewallRule -DisplayName 'a' -Action 'Allow','Block'", '-Action takes one value'],
    ["Set-NetFirewallRule -Name 'a' -Name 'b'", '-Name twice'],
    ["Set-NetFirewallRule -Name 'a' -RemoteDynamicKeywordAddresses 'b'", '0 parameter sets fit in 2012R2'],
    // Without a word about which, it would be every rule there is.
    ['Remove-NetFirewallRule', '2 parameter sets fit'],
  ])('names it: %s', (text, refusal) => {
    const found = callsIn(text).flatMap(call => refusals(call))
    expect(found).toContainEqual(expect.stringContaining(refusal))
  })

  it.each([
    "Enable-NetFirewallRule 'a'",
    "New-NetFirewallRule -DisplayName 'a' -Profile 'Domain','Private' -RemotePort 1,'2-5' -WhatIf",
    "Set-NetFirewallRule -ID 'a' -Enabled True",
  ])('is nothing: %s', text => {
    expect(callsIn(text).flatMap(call => refusals(call))).toEqual([])
  })

  it('is nothing of what a plan holds', () => {
    const seen = new Set<string>()
    for (const command of commandsOf('powershell')) {
      if (command[0] !== 'powershell.exe') continue
      for (const call of callsIn(command.at(-1) ?? '')) {
        expect(refusals(call), command.at(-1)).toEqual([])
        seen.add(call.name)
      }
    }
    expect([...seen].sort()).toEqual([
      'Disable-NetFirewallRule',
      'Enable-NetFirewallRule',
      'New-NetFirewallRule',
      'Remove-NetFirewallRule',
      'Set-NetFirewallRule',
    ])
  })

  it('is nothing of what a sentence tells somebody to type', () => {
    const typed = plans('powershell').flatMap(({unfixable}) => {
      const [, command] = /`(New-[^`]+)`/.exec(unfixable ?? '') ?? []
      return command ? [command] : []
    })
    expect(typed).toHaveLength(NEEDS.length)
    expect(typed.flatMap(callsIn).flatMap(call => refusals(call))).toEqual([])
  })

  it.each([
    ['for networks', NETWORK_QUESTION],
    ['for adapters', ADAPTER_QUESTION],
    ['for the cmdlets', HAS_CMDLETS],
  ] as const)('is nothing of the question %s', (_, command) => {
    const calls = callsIn(command.at(-1) ?? '')
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.flatMap(call => refusals(call))).toEqual([])
  })
})

describe('what netsh would refuse', () => {
  const netsh = (words: string) => ['netsh.exe', 'advfirewall', 'firewall', ...words.split(' ')]

  it.each([
    ['add rules name=a dir=out action=allow', 'no command'],
    ['add rule name=a dir=out', 'needs action'],
    ['add rule name=all dir=out action=allow', 'name does not take all'],
    ['add rule name=a dir=outbound action=allow', 'dir does not take outbound'],
    ['add rule name=a dir=out action=allow remoteport=443', 'ports need TCP or UDP'],
    ['add rule name=a dir=out action=allow group=b', 'no argument group'],
    ['delete rule dir=out', 'needs name'],
    ['show rule name=a enable=yes', 'no argument enable'],
  ])('is named: %s', (words, refusal) => {
    expect(netshRefusals(netsh(words))).toContainEqual(expect.stringContaining(refusal))
  })

  it('is nothing of what a plan holds', () => {
    const commands = commandsOf('netsh')
    expect(new Set(commands.map(command => command.slice(3, 5).join(' ')))).toEqual(
      new Set(['add rule', 'delete rule', 'show rule']),
    )
    for (const command of commands) expect(netshRefusals(command), command.join(' ')).toEqual([])
  })
})
