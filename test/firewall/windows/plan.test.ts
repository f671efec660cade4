import {describe, expect, it} from 'vitest'
import type {FirewallTools, WindowsTool} from '../../../src/firewall/state/tools.ts'
import {type Need, planRepair} from '../plan/planned.ts'
import {BLOCKING, type Given, windowsState} from './host.ts'

const tools = (windows: WindowsTool | null): FirewallTools => ({
  'iptables-legacy': {ip: null, ip6: null},
  'iptables-nft': {ip: null, ip6: null},
  nft: null,
  windows,
})

const HTTPS: Need = {
  check: 'firewall-443',
  port: 443,
  to: ['52.95.110.1', '2600:1f00::1'],
  destination: null,
}
const STAGING: Need = {
  check: 'firewall-1500',
  port: 1500,
  to: ['10.20.0.0/16'],
  destination: '10.20.0.0/16',
}

function plan(given: Given, need: Need = HTTPS, tool: WindowsTool | null = 'powershell') {
  const {remedies, unfixable} = planRepair(windowsState(given), tools(tool), need)
  const steps = remedies.flatMap(remedy => remedy.steps)
  return {
    remedies,
    unfixable,
    id: remedies[0]?.id ?? '',
    risk: remedies[0]?.risk,
    steps,
    cmdlets: steps.map(step => cmdletOf(step.do)),
    undo: steps.map(step => cmdletOf(step.undo)),
  }
}

/** What of a command differs from the others. */
function cmdletOf(command: readonly string[]) {
  return command.at(-1)?.replace(/^\$ProgressPreference='SilentlyContinue'; (.*) -ErrorAction Stop$/, '$1')
}

describe('planRepair for Windows Firewall, default outbound block', () => {
  it('enables the allow rule for the port that is there and switched off', () => {
    const {cmdlets, undo, risk, steps, unfixable} = plan({
      settings: BLOCKING,
      local: ['Action=Allow|Protocol=6|RPort=443|Active=FALSE|Name=HTTPS out'],
    })
    expect(unfixable).toBeNull()
    expect(cmdlets).toEqual(["Enable-NetFirewallRule -Name 'local-1'"])
    expect(undo).toEqual(["Disable-NetFirewallRule -Name 'local-1'"])
    expect(risk).toBe('additive')
    expect(steps[0]).toMatchObject({mark: '|Active=TRUE|', persists: true})
    expect(steps[0]?.alreadyDone?.slice(0, 2)).toEqual(['reg.exe', 'query'])
    expect(steps[0]?.alreadyDone?.slice(-2)).toEqual(['/v', 'local-1'])
  })

  it.each<[string, string]>([
    ['blocks', 'Action=Block|Protocol=6|RPort=443'],
    ['is for another port', 'Action=Allow|Protocol=6|RPort=80'],
    ['is for another protocol', 'Action=Allow|Protocol=17|RPort=443'],
    ['is for a program', 'Action=Allow|Protocol=6|RPort=443|App=C:\\a.exe'],
    ['is for a service', 'Action=Allow|Protocol=6|RPort=443|Svc=BITS'],
    ['is for an app package', 'Action=Allow|Protocol=6|RPort=443|AppPkgId=S-1-15-2-1'],
    ['is for another profile', 'Action=Allow|Protocol=6|RPort=443|Profile=Public'],
    ['is for other addresses', 'Action=Allow|Protocol=6|RPort=443|RA4=10.0.0.0/8'],
    ['wants IPsec', 'Action=Allow|Protocol=6|RPort=443|Security=Authenticate'],
    ['is for users', 'Action=Allow|Protocol=6|RPort=443|LUAuth=O:LSD:(A;;CC;;;S-1-5-32-545)'],
    ['is inbound', 'Action=Allow|Protocol=6|RPort=443|Dir=In'],
    ['opens other ports, too', 'Action=Allow|Protocol=6|RPort=443|RPort=25'],
    ['opens every port', 'Action=Allow|Protocol=6'],
    ['opens everything', 'Action=Allow'],
    ['is for Windows 7', 'Action=Allow|Protocol=6|RPort=443|Platform=2:6:1'],
    ['names its ports before the protocol', 'Action=Allow|RPort=443|Protocol=6'],
    ['names two programs', 'Action=Allow|Protocol=6|RPort=443|App=C:\\a.exe|App=C:\\b.exe'],
    ['names its own ports by a keyword', 'Action=Allow|Protocol=6|LPort=RPC|RPort=443'],
  ])('leaves a disabled rule alone that %s, and makes its own', (_, rule) => {
    const {cmdlets, undo, id} = plan({settings: BLOCKING, local: [`${rule}|Active=FALSE`]})
    expect(cmdlets).toEqual([
      `$null = New-NetFirewallRule -Name 'drs-onboard-${id}' -DisplayName 'drs-onboard: TCP 443 out' -Group 'drs-onboard' ` +
        '-Direction Outbound -Action Allow -Enabled True -Protocol TCP -RemotePort 443 ' +
        "-Profile 'Domain'",
    ])
    expect(undo).toEqual([`Remove-NetFirewallRule -Name 'drs-onboard-${id}'`])
  })

  it('names the staging area subnet, and every profile where none is known', () => {
    const {cmdlets, steps} = plan(
      {
        profiles: {domain: BLOCKING, private: BLOCKING, public: BLOCKING},
        state: {activeProfiles: [], interfaceProfiles: {}},
      },
      STAGING,
    )
    expect(cmdlets[0]).toMatch(/-RemotePort 1500 -RemoteAddress '10.20.0.0\/16' -Profile Any$/)
    expect(steps).toHaveLength(1)
  })

  it.each([
    ['10.20.0.7/32', '10.20.0.7/32'],
    ['fd20::7/128', 'fd20::7/128'],
  ])('opens the way to one address, %s', (destination, to) => {
    const {steps} = plan({settings: BLOCKING}, {...STAGING, to: [to], destination})
    expect(steps).toHaveLength(1)
  })

  it('is for all profiles that are in force', () => {
    const {cmdlets} = plan({
      profiles: {domain: BLOCKING, public: BLOCKING},
      state: {activeProfiles: ['domain', 'public'], interfaceProfiles: {}, routes: []},
    })
    expect(cmdlets).toHaveLength(1)
    expect(cmdlets[0]).toMatch(/-Profile 'Domain','Public'$/)
  })

  it('uses netsh where there are no cmdlets, by a name of its own', () => {
    const {steps, id} = plan({settings: BLOCKING}, STAGING, 'netsh')
    const rule = ['netsh.exe', 'advfirewall', 'firewall']
    const name = `name=drs-onboard-${id}`
    expect(steps).toEqual([
      {
        title: 'Add an outbound allow rule for TCP 1500 to 10.20.0.0/16 in the Domain profile',
        do: [
          ...[...rule, 'add', 'rule', name, 'dir=out', 'action=allow', 'enable=yes', 'protocol=TCP'],
          ...['remoteport=1500', 'remoteip=10.20.0.0/16', 'profile=domain'],
        ],
        undo: [...rule, 'delete', 'rule', name],
        alreadyDone: [...rule, 'show', 'rule', name],
        persists: true,
      },
    ])
  })

  it('says what to do where nothing can be run', () => {
    const {remedies, unfixable} = plan({settings: BLOCKING}, HTTPS, null)
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(/neither the NetSecurity cmdlets nor netsh can be run/)
  })

  it('offers nothing where nothing blocks', () => {
    const nothing = {remedies: [], unfixable: null}
    expect(plan({})).toMatchObject(nothing)
    // The rule in AWS's picture: a block that is switched off, which enabling would put in force.
    expect(plan({local: ['Action=Block|Protocol=6|RPort=443|Active=FALSE']})).toMatchObject(nothing)
  })
})

describe('planRepair for Windows Firewall, a block rule of the host', () => {
  it('disables the rule, as something disruptive', () => {
    const {cmdlets, undo, risk, steps} = plan({local: ['Action=Block|Protocol=6|RPort=443|Name=no web']})
    expect(cmdlets).toEqual(["Disable-NetFirewallRule -Name 'local-1'"])
    expect(undo).toEqual(["Enable-NetFirewallRule -Name 'local-1'"])
    expect(risk).toBe('disruptive')
    expect(steps[0]).toMatchObject({
      title: 'Disable the block rule "no web" (local-1)',
      mark: '|Active=FALSE|',
    })
  })

  it('takes the port out of a rule that blocks others, too', () => {
    const {cmdlets, undo, risk, steps} = plan({
      local: ['Action=Block|Protocol=6|RPort=80|RPort2_10=400-500'],
    })
    expect(cmdlets).toEqual(["Set-NetFirewallRule -Name 'local-1' -RemotePort '80','400-442','444-500'"])
    expect(undo).toEqual(["Set-NetFirewallRule -Name 'local-1' -RemotePort '80','400-500'"])
    expect(risk).toBe('disruptive')
    expect(steps[0]?.alreadyDone?.slice(-2)).toEqual(['/v', 'local-1'])
    expect(steps[0]?.mark).toBe('|RPort2_10=400-442|')
  })

  it('cannot ask for a change of ports in a rule that Windows has not written', () => {
    const {steps} = plan({local: ['Action=Block|Protocol=6|RPort=443|Desc=x|RPort=80']})
    expect(steps[0]?.do.at(-1)).toMatch(/^\$Pro.*Set-NetFirewallRule/)
    expect(steps[0]?.alreadyDone).toBeNull()
    expect(steps[0]).not.toHaveProperty('mark')
  })

  it('says what else a rule blocks that has no ports', () => {
    const {steps, risk} = plan({local: ['Action=Block|RA4=10.20.0.0/16']}, STAGING)
    expect(steps[0]?.title).toBe(
      'Disable the block rule local-1, and with it everything else that the rule blocks',
    )
    expect(risk).toBe('disruptive')
  })

  it('fixes a block rule and the default action behind it in one remedy', () => {
    const {cmdlets, risk} = plan({settings: BLOCKING, local: ['Action=Block|Protocol=6|RPort=443']})
    expect(cmdlets[0]).toBe("Disable-NetFirewallRule -Name 'local-1'")
    expect(cmdlets[1]).toMatch(/^\$null = New-NetFirewallRule -Name 'drs-onboard-open-443-[0-9a-f]{8}-1' /)
    expect(risk).toBe('disruptive')
  })

  it('quotes whatever a rule may be called', () => {
    const state = windowsState({})
    const rules = {local: {"it's ‘odd’; $x": 'v2.31|Action=Block|Active=TRUE|Dir=Out|Name=@x.dll,-1|'}}
    const {cmdlets} = plan({state: {...state, rules}})
    expect(cmdlets).toEqual(["Disable-NetFirewallRule -Name 'it''s ‘‘odd’’; $x'"])
  })

  it.each(['*', 'web?', 'drs [old]', 'a`b'])('does not touch %s, which means other rules as well', id => {
    const state = windowsState({})
    const blocked = plan({
      state: {...state, rules: {local: {[id]: 'v2.31|Action=Block|Active=TRUE|Dir=Out|Name=@x.dll,-1|'}}},
    })
    expect(blocked.remedies).toEqual([])
    expect(blocked.unfixable).toMatch(/its name contains wildcards/)
    const off = 'v2.31|Action=Allow|Active=FALSE|Dir=Out|Protocol=6|RPort=443|Name=a|'
    const {cmdlets} = plan({settings: BLOCKING, state: {rules: {local: {[id]: off}}}})
    expect(cmdlets).toEqual([expect.stringMatching(/^\$null = New-NetFirewallRule -Name 'drs-onboard-/)])
  })

  it.each([
    ['names its ports before the protocol', 'Action=Block|RPort=443|Protocol=6'],
    ['has no name', 'v2.31|Action=Block|Active=TRUE|Dir=Out|Protocol=6|RPort=443|'],
    ['demands IPsec', 'Action=Block|Protocol=6|RPort=443|Security=Authenticate'],
  ])('does not touch one that breaks the specification: it %s', (_, rule) => {
    expect(plan({local: [rule]}).remedies).toEqual([])
    const behind = plan({settings: BLOCKING, local: [rule]})
    expect(behind.cmdlets.filter(cmdlet => cmdlet?.includes('local-1'))).toEqual([])
  })

  it('does not touch it with netsh, which knows no ids', () => {
    const {remedies, unfixable} = plan({local: ['Action=Block']}, HTTPS, 'netsh')
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(/netsh cannot select one rule reliably/)
  })
})

describe('planRepair for Windows Firewall, policies', () => {
  it.each<[string, Given, RegExp]>([
    [
      'a block rule of Group Policy',
      {groupPolicy: ['Action=Block|Protocol=6|RPort=443']},
      /^Blocked by the Group Policy rule groupPolicy-1 .* ask the administrators of Group Policy to allow TCP 443 out there\.$/,
    ],
    [
      'a block rule of MDM',
      {mdm: ['Action=Block']},
      /^Blocked by the MDM rule mdm-1 .* ask the administrators of MDM/,
    ],
    [
      'default block by Group Policy',
      {settings: {groupPolicy: {DefaultOutboundAction: 1}}},
      /default outbound action of the Domain profile .*Group Policy.*that policy allows local rules, so with their consent a local rule \(`New-NetFirewallRule /,
    ],
    [
      'default block by Group Policy, local rules ignored',
      {settings: {groupPolicy: {DefaultOutboundAction: 1, AllowLocalPolicyMerge: 0}}},
      /allow TCP 443 out there\.$/,
    ],
    [
      'default block here, local rules ignored',
      {settings: {local: BLOCKING.local, groupPolicy: {AllowLocalPolicyMerge: 0}}},
      /Group Policy ignores local rules in the Domain profile \(AllowLocalPolicyMerge=0\)/,
    ],
    [
      'a local block rule before one of Group Policy',
      {local: ['Action=Block'], groupPolicy: ['Action=Block|RA4=52.95.110.1|RA6=2600:1f00::1']},
      /Group Policy rule groupPolicy-1/,
    ],
  ])('%s is named, and nothing is offered', (_, given, reason) => {
    const {remedies, unfixable} = plan(given)
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(reason)
  })
})
