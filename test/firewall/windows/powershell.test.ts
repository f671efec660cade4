import fc from 'fast-check'
import {beforeAll, describe, expect, it} from 'vitest'
import {commandLine} from '../../../src/contract/command-line.ts'
import {stepsInOrder} from '../../../src/contract/remedy.ts'
import {namesOneRule} from '../../../src/firewall/plan/windows/commands.ts'
import type {FirewallTools} from '../../../src/firewall/state/tools.ts'
import {PROFILES, type WindowsFirewallState} from '../../../src/firewall/windows/state.ts'
import {ADAPTER_QUESTION} from '../../../src/platform/windows/firewall/host-facts.ts'
import {HAS_CMDLETS} from '../../../src/platform/windows/firewall/index.ts'
import {NETWORK_QUESTION} from '../../../src/platform/windows/firewall/network.ts'
import {type Need, planRepair} from '../plan/planned.ts'
import {refusals} from './cmdlet-parameters.ts'
import {BLOCKING, type Given, windowsState} from './host.ts'
import {type ParsedPowerShell, powerShellParser, straightened} from './powershell.ts'

const TOOLS: FirewallTools = {
  'iptables-legacy': {ip: null, ip6: null},
  'iptables-nft': {ip: null, ip6: null},
  nft: null,
  windows: 'powershell',
}

const CMDLETS = /^(New|Set|Remove|Enable|Disable)-NetFirewallRule$/

/** What names of rules and registry values have been seen to hold, and what PowerShell has a meaning for. */
const ODD = [
  ...`' '' ‘ ’ ‚ ‛ " “ ” $ $x $(x) $$ @{ @( % --% ( ) { } ; | & && < > # <# , \\ ! ~ ^ – — - -Name`.split(
    ' ',
  ),
  ...'Überwachung 規則 Правило 🔥'.split(' '),
  ...['\n', '\r\n', '\t', ' ', '\u00a0', '\u2028'],
]
const ruleName = fc
  .oneof(
    fc.array(fc.oneof(fc.constantFrom(...ODD), fc.string({maxLength: 4})), {minLength: 1, maxLength: 8}),
    fc.array(fc.string({unit: 'binary', maxLength: 3}), {minLength: 1, maxLength: 6}),
  )
  .map(parts => parts.join('').replaceAll('\0', ''))
  // A rule whose id is not valid is left alone.
  .filter(name => name !== '' && !name.includes('|') && namesOneRule(name))

const need = fc.constantFrom<Need>(
  {check: 'firewall-443', port: 443, to: ['52.95.110.1', '2600:1f00::1'], destination: null},
  {check: 'firewall-1500', port: 1500, to: ['10.20.0.0/16'], destination: '10.20.0.0/16'},
  {check: 'firewall-1500', port: 1500, to: ['fd20::/64'], destination: 'fd20::/64'},
)

/** A rule of this name that stands in the way, or that would help were it on; and the settings that make it so. */
const situation = fc.constantFrom<(port: number) => {rule: string; given: Given}>(
  () => ({rule: 'v2.31|Action=Block|Active=TRUE|Dir=Out|Name=a|', given: {}}),
  port => ({
    rule: `v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=${port}|RPort=25|Name=a|`,
    given: {},
  }),
  port => ({
    rule: `v2.31|Action=Allow|Active=FALSE|Dir=Out|Protocol=6|RPort=${port}|Name=a|`,
    given: {settings: BLOCKING},
  }),
  port => ({
    rule: `v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort2_10=1-2000|Name=${port}|`,
    given: {settings: BLOCKING},
  }),
)

const profiles = fc.subarray([...PROFILES])

describe('every command for PowerShell', () => {
  let parse: (text: string) => ParsedPowerShell

  beforeAll(async () => {
    parse = await powerShellParser()
  })

  it.each([
    "Enable-NetFirewallRule -Name 'a",
    "Enable-NetFirewallRule -Name 'a' }",
    "Enable-NetFirewallRule -Name 'it's' )",
    "$null = New-NetFirewallRule -Name 'a' | ",
  ])('would be told from %s, which is none', text => {
    expect(parse(text).isValid).toBe(false)
  })

  it('is one cmdlet with literal words, whatever a rule is called', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(ruleName, need, situation, profiles, (name, asked, makeSituation, active) => {
        const {rule, given} = makeSituation(asked.port)
        const settings = given.settings ?? {}
        const state: WindowsFirewallState = {
          ...windowsState({profiles: {domain: settings, private: settings, public: settings}}),
          activeProfiles: active,
          interfaceProfiles: {},
          rules: {local: {[name]: rule}},
        }
        const {remedies} = planRepair(state, TOOLS, asked)
        const steps = remedies.flatMap(remedy => {
          const {now, onceProved} = stepsInOrder(remedy)
          return [...now, ...onceProved]
        })
        const commands = steps.flatMap(step => [step.do, step.undo])
        expect(commands.length).toBeGreaterThan(0)
        for (const command of commands) {
          expect(command.slice(0, -1)).toEqual([
            'powershell.exe',
            '-NoProfile',
            '-NonInteractive',
            '-Command',
          ])
          const text = command.at(-1) ?? ''
          const parsed = parse(text)
          expect(parsed).toMatchObject({isValid: true, commands: [expect.stringMatching(CMDLETS)]})
          expect(parsed.calls.flatMap(call => refusals(call))).toEqual([])
          const variables = text.includes('; $null = New-') ? ['$null'] : []
          expect(parsed.evaluates).toEqual(['$ProgressPreference', ...variables])
          const [quiet, named = ''] = parsed.strings
          expect(quiet).toBe('SilentlyContinue')
          if (!/^drs-onboard-open-\d+-[0-9a-f]{8}(-\d+)?$/.test(named)) expect(named).toBe(straightened(name))
          for (const cmdlet of parsed.commands) seen.add(cmdlet)

          const pasted = parse(commandLine(command, 'powershell'))
          expect(pasted).toMatchObject({isValid: true, commands: ['powershell.exe'], evaluates: []})
          expect(pasted.strings).toEqual([straightened(text)])
        }
      }),
      {numRuns: 400},
    )
    expect([...seen].sort()).toEqual([
      'Disable-NetFirewallRule',
      'Enable-NetFirewallRule',
      'New-NetFirewallRule',
      'Remove-NetFirewallRule',
      'Set-NetFirewallRule',
    ])
  })

  it.each([
    ['the question for networks', NETWORK_QUESTION, ['Get-NetConnectionProfile', 'Get-NetRoute']],
    ['the question for adapters', ADAPTER_QUESTION, ['Get-NetAdapter']],
    ['the question for the cmdlets', HAS_CMDLETS, ['Get-Command']],
  ] as const)('%s is PowerShell', (_, command, cmdlets) => {
    const {isValid, commands} = parse(command.at(-1) ?? '')
    expect(isValid).toBe(true)
    expect(commands).toEqual(expect.arrayContaining([...cmdlets]))
  })

  it('that is put to those who administer a policy is PowerShell', () => {
    const {unfixable} = planRepair(
      windowsState({settings: {groupPolicy: {DefaultOutboundAction: 1}}}),
      TOOLS,
      {check: 'firewall-1500', port: 1500, to: ['10.20.0.0/16'], destination: '10.20.0.0/16'},
    )
    const [, command = ''] = /`(New-[^`]+)`/.exec(unfixable ?? '') ?? []
    expect(parse(command)).toMatchObject({isValid: true, commands: ['New-NetFirewallRule'], evaluates: []})
  })
})
