import {describe, expect, it} from 'vitest'
import type {CheckContext} from '../../../src/checks/check.ts'
import {firewall443} from '../../../src/checks/firewall/firewall.ts'
import {judgeSlowLookup, placeNameBlame} from '../../../src/checks/path/blame/name.ts'
import {tellSlowLookup} from '../../../src/checks/path/path-finding.ts'
import type {Finding} from '../../../src/contract/finding.ts'
import {NO_PERSISTENCE} from '../../../src/firewall/state/managers.ts'
import type {FirewallState} from '../../../src/firewall/state/state.ts'
import type {Resolution} from '../../../src/platform/network/dns/resolve.ts'
import {table} from '../../firewall/nft/table.ts'
import {save} from '../../firewall/plan/situations.ts'
import {stateOf, TOOLS} from '../../firewall/plan/states.ts'
import {windowsState} from '../../firewall/windows/host.ts'
import {contextOf} from '../path/context.ts'

const [FIRST, SECOND] = ['198.51.100.53', '203.0.113.53'] as const

const failed = (errno = 'FORBIDDEN', servers: readonly string[] = [FIRST]): Resolution => ({
  ...{kind: 'failed', code: 'dns.timeout', errno, ms: 1, servers},
})
const late = (servers: readonly string[] = [FIRST, SECOND]): Resolution => ({
  ...{
    kind: 'resolved',
    addresses: [{address: '52.95.110.1', family: 4}],
    unansweredMs: 1_000,
    ms: 5,
    servers,
  },
})

const IN_TIME: Resolution = {
  ...{kind: 'resolved', addresses: [{address: '52.95.110.1', family: 4}], ms: 5, servers: [FIRST, SECOND]},
}

function contextFor(rules: FirewallState, resolution: Resolution): CheckContext {
  const context = contextOf({rules, resolve: async () => resolution})
  const reader = {
    ...context.reader,
    firewallTools: async () => TOOLS,
    firewallPersistence: async () => NO_PERSISTENCE,
  }
  return {...context, reader}
}

const iptables = (...filter: readonly string[]) => stateOf({iptablesNftSave: save({filter})})

async function ofNameServers(rules: FirewallState, resolution: Resolution): Promise<readonly Finding[]> {
  const findings = await firewall443.run(contextFor(rules, resolution))
  return findings.filter(({evidence}) => evidence.port === 53)
}

const commandsOf = ({remedies}: Finding) =>
  remedies.flatMap(({steps}) => steps.map(step => step.do.join(' ')))

describe('name servers that own rules keep from being heard', () => {
  it.each<
    [name: string, rules: FirewallState, resolution: Resolution, code: string, commands: readonly RegExp[]]
  >([
    [
      'a drop of the queries',
      iptables('-A OUTPUT -p udp -m udp --dport 53 -j DROP'),
      failed(),
      'firewall.drop',
      [/^iptables -w 5 -I OUTPUT 1 -p udp -d 198\.51\.100\.53\/32 --dport 53 -m comment .* -j ACCEPT$/],
    ],
    [
      'a policy of INPUT without a rule for the answers',
      iptables(
        ':INPUT DROP',
        '-A INPUT -i lo -j ACCEPT',
        '-A INPUT -p tcp -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      ),
      failed('ETIMEOUT'),
      'firewall.reply-blocked',
      [
        /^iptables -w 5 -A INPUT -p udp -s 198\.51\.100\.53\/32 --sport 53 -m conntrack --ctstate ESTABLISHED .* -j ACCEPT$/,
      ],
    ],
    [
      'a policy of OUTPUT stops long answers, too',
      iptables(':OUTPUT DROP', '-A OUTPUT -o lo -j ACCEPT'),
      failed(),
      'firewall.policy',
      [
        /-A OUTPUT -p udp -d 198\.51\.100\.53\/32 --dport 53 .*ACCEPT$/,
        /-A OUTPUT -p tcp -d 198\.51\.100\.53\/32 --dport 53 .*ACCEPT$/,
      ],
    ],
    [
      'TCP 53 alone, after a truncated answer',
      iptables('-A OUTPUT -p tcp -m tcp --dport 53 -j DROP'),
      failed('TRUNCATED'),
      'firewall.drop',
      [/-I OUTPUT 1 -p tcp -d 198\.51\.100\.53\/32 --dport 53 .*ACCEPT$/],
    ],
    [
      'native nftables',
      stateOf({
        nftText: table(['udp dport 53 drop']),
      }),
      failed(),
      'firewall.drop',
      [/^nft /],
    ],
    [
      'the first of two, whose answers come late',
      iptables(`-A INPUT -s ${FIRST}/32 -p udp -m udp --sport 53 -j DROP`),
      late(),
      'firewall.reply-blocked',
      [/-I INPUT 1 -p udp -s 198\.51\.100\.53\/32 --sport 53 .*ACCEPT$/],
    ],
    [
      'IPv6',
      stateOf({ip6tablesNftSave: save({filter: ['-A OUTPUT -p udp -m udp --dport 53 -j REJECT']})}),
      failed('FORBIDDEN', ['2001:db8::53']),
      'firewall.reject',
      [/^ip6tables -w 5 -I OUTPUT 1 -p udp -d 2001:db8::53\/128 --dport 53 .*ACCEPT$/],
    ],
  ])('%s', async (_, rules, resolution, code, commands) => {
    const findings = await ofNameServers(rules, resolution)
    expect(findings).toHaveLength(1)
    const [found] = findings
    expect(found).toMatchObject({
      ...{code, owner: 'this-host', status: resolution.kind === 'failed' ? 'fail' : 'warn'},
      ...{remedies: [{check: 'firewall-443', fixes: code}]},
    })
    const done = found ? commandsOf(found) : []
    expect(done).toHaveLength(commands.length)
    for (const [at, command] of commands.entries()) expect(done[at]).toMatch(command)
  })

  it('a rule for each of two servers is a finding and a remedy each', async () => {
    const rules = iptables(
      `-A OUTPUT -d ${FIRST}/32 -p udp -j DROP`,
      `-A INPUT -s ${SECOND}/32 -p udp -j DROP`,
    )
    const findings = await ofNameServers(rules, failed('ETIMEOUT', [FIRST, SECOND]))
    expect(findings.map(({code, target}) => [code, target])).toEqual([
      ['firewall.drop', `name server ${FIRST}`],
      ['firewall.reply-blocked', `name server ${SECOND}`],
    ])
  })

  it.each<[string, FirewallState, Resolution]>([
    [
      'rules that let them be asked',
      iptables('-A OUTPUT -p tcp -m tcp --dport 53 -j DROP'),
      failed('ETIMEOUT'),
    ],
    ['a name that does not exist', iptables('-A OUTPUT -p udp -j DROP'), failed('ENOTFOUND')],
    ['names that resolve in time', iptables(`-A OUTPUT -d ${FIRST}/32 -p udp -j DROP`), IN_TIME],
    [
      'rules that do not decide it',
      iptables('-A INPUT -p udp -m length --length 0:600 -j DROP'),
      failed('ETIMEOUT'),
    ],
    ['no name server', iptables('-A OUTPUT -p udp -j DROP'), failed('ETIMEOUT', [])],
  ])('none for %s', async (_, rules, resolution) => {
    expect(await ofNameServers(rules, resolution)).toEqual([])
  })

  it('on Windows the rule is named, and how to change it by hand', async () => {
    const rules = windowsState({local: ['Action=Block|Protocol=17|RPort=53']})
    const [found] = await ofNameServers(rules, failed('ETIMEOUT', ['10.9.0.53']))
    expect(found).toMatchObject({code: 'firewall.block-rule', owner: 'this-host', remedies: []})
    expect(found?.nextStep).toContain('allow outbound UDP 53')
  })

  it('on Windows what a rule allows the DNS client alone is not known to be stopped', async () => {
    const dns = 'Action=Allow|Protocol=17|RPort=53|App=%SystemRoot%\\system32\\svchost.exe|Svc=dnscache'
    const blocking = {local: {EnableFirewall: 1, DefaultOutboundAction: 1}} as const
    const rules = windowsState({
      settings: blocking,
      local: [dns],
      state: {environment: {SYSTEMROOT: 'C:\\Windows'}},
    })
    expect(await ofNameServers(rules, failed('ETIMEOUT', ['10.9.0.53']))).toEqual([])
  })
})

describe('who is to blame for a name that is not found', () => {
  it('a rule, where the kernel did not let the query out', async () => {
    const rules = iptables('-A OUTPUT -p udp -m udp --dport 53 -j DROP')
    const placed = await placeNameBlame(contextFor(rules, failed()), 'drs.example', failed())
    expect(placed).toMatchObject({blame: {kind: 'rule'}, query: {to: FIRST, port: 53, protocol: 'udp'}})
  })

  it('nobody else than before, where no rule says so', async () => {
    expect(await placeNameBlame(contextFor(iptables(), failed()), 'drs.example', failed())).toBeNull()
  })
})

describe('a name that is found late', () => {
  const told = async (rules: FirewallState) => {
    const judged = await judgeSlowLookup(contextFor(rules, late()), late())
    return tellSlowLookup('drs.example', null, late(), judged)
  }

  it('by a rule that stops the first server', async () => {
    expect(await told(iptables(`-A INPUT -s ${FIRST}/32 -p udp -j DROP`))).toMatchObject({
      ...{code: 'firewall.reply-blocked', owner: 'this-host', evidence: {blame: 'rule'}},
      summary: expect.stringContaining(`blocks UDP 53 of the name server ${FIRST}`),
    })
  })

  it('by the system as well: a rule that stops a server is told, nothing else', async () => {
    const late: Resolution = {...IN_TIME, ms: 5_000}
    const by = async (...filter: readonly string[]) => {
      const context = contextFor(iptables(...filter), late)
      return tellSlowLookup('drs.example', null, late, await judgeSlowLookup(context, late))
    }
    expect(await by()).toBeNull()
    expect(await by('-A INPUT -p udp -m length --length 0:600 -j DROP')).toBeNull()
    const told = await by(`-A INPUT -s ${FIRST}/32 -p udp -j DROP`)
    expect(told).toMatchObject({code: 'firewall.reply-blocked', owner: 'this-host'})
    expect(told?.summary).toContain('it took 5 s. The host firewall blocks UDP 53')
  })

  it('by rules that do not decide it: nobody beyond this host is named', async () => {
    expect(await told(iptables('-A INPUT -p udp -m length --length 0:600 -j DROP'))).toMatchObject({
      ...{code: 'dns.timeout', owner: 'this-host', evidence: {blame: 'undecided'}},
    })
  })

  it('by something that the rules have no part in', async () => {
    const slow = await told(iptables())
    expect(slow).toMatchObject({code: 'dns.timeout'})
    expect(slow?.owner).toBeUndefined()
    expect(slow?.nextStep).toContain('Ask the DNS administrators')
  })
})
