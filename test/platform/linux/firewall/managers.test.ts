import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {
  parseDirectRules,
  parsePassthroughs,
  parsePolicies,
  readFirewalld,
} from '../../../../src/platform/linux/firewall/firewalld.ts'
import {parseUfwRules, parseUfwVersion, readUfw} from '../../../../src/platform/linux/firewall/managers.ts'
import type {CommandResult, RunCommand} from '../../../../src/platform/process/command.ts'

const exited = (code: number, stdout = ''): CommandResult => ({kind: 'exited', code, stdout, stderr: ''})

describe('what ufw has been told', () => {
  /** As ufw 0.36.2 writes it. */
  const RULES = `### RULES ###

### tuple ### allow tcp 1500 10.20.0.10 any 0.0.0.0/0 out comment=63
-A ufw-user-output -p tcp -d 10.20.0.10 --dport 1500 -j ACCEPT

### tuple ### deny_log tcp 443 0.0.0.0/0 1:65535 0.0.0.0/0 out_eth0
### tuple ### route:allow any 80,443 0.0.0.0/0 any 0.0.0.0/0 in
### tuple ### allow tcp 80 0.0.0.0/0 any 0.0.0.0/0 Nginx%20HTTP - out
### END RULES ###
`

  it('is read without actions and comments', () => {
    expect(parseUfwRules(RULES)).toEqual([
      'tcp 1500 10.20.0.10 any 0.0.0.0/0 out',
      'tcp 443 0.0.0.0/0 1:65535 0.0.0.0/0 out_eth0',
      'any 80,443 0.0.0.0/0 any 0.0.0.0/0 in',
      'tcp 80 0.0.0.0/0 any 0.0.0.0/0 Nginx%20HTTP - out',
    ])
  })

  it('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.string(), text => Array.isArray(parseUfwRules(`### tuple ### ${text}`))))
  })

  it.each([
    ['ufw 0.36.2\nCopyright 2008-2023 Canonical Ltd.\n', [0, 36]],
    ['ufw 0.35\n', [0, 35]],
    ['', null],
  ])('has the version %j', (text, version) => {
    expect(parseUfwVersion(text)).toEqual(version)
  })

  const files: Record<string, string> = {'/etc/default/ufw': 'IPV6=yes\n', '/lib/ufw/user.rules': RULES}
  const read = async (path: string) => files[path] ?? null

  it('is found where older versions keep it, too', async () => {
    const found = await readUfw(read, async () => exited(0, 'ufw 0.34\n'))
    expect(found).toMatchObject({version: [0, 34], ipv6: true, rules: {ip6: []}})
    expect(found?.rules.ip).toHaveLength(4)
  })

  it('is unknown where its rules cannot be read, never empty', async () => {
    expect(
      await readUfw(
        async () => null,
        async () => exited(0, 'ufw 0.36.2\n'),
      ),
    ).toBeNull()
  })
})

describe('what firewalld has in effect', () => {
  /** As firewalld 1.3.3 prints it. */
  const POLICIES = `allow-host-ipv6 (active)
  priority: -15000
  target: CONTINUE
  ingress-zones: ANY
  rich rules: 
\trule family="ipv6" icmp-type name="neighbour-advertisement" accept

out
  priority: -1
  target: REJECT
  rich rules: 
\trule priority="-6" family="ipv4" destination address="10.20.0.0/16" port port="1500" protocol="tcp" accept
\trule port port="443" protocol="tcp" log prefix="no priority=\\"9\\"" drop
\trule family="ipv4" priority="12" source address="10.0.0.1" accept

`

  it('is its policies, with the priorities of their rich rules', () => {
    expect(parsePolicies(POLICIES)).toEqual([
      {name: 'allow-host-ipv6', priorities: [0]},
      {name: 'out', priorities: [-6, 0, 12]},
    ])
  })

  it('is its direct rules and passthroughs', () => {
    expect(
      parseDirectRules(
        'ipv4 filter OUTPUT 0 -p tcp --dport 443 -j DROP\nipv6 raw OUTPUT -3 -j DROP\neb x y 0 -j z\n',
      ),
    ).toEqual([
      {family: 'ip', table: 'filter', chain: 'OUTPUT', priority: 0},
      {family: 'ip6', table: 'raw', chain: 'OUTPUT', priority: -3},
    ])
    expect(
      parsePassthroughs('ipv4 -t raw -A OUTPUT -j DROP\nipv6 -I INPUT 1 -j DROP\nipv4 -N mine\n'),
    ).toEqual([
      {family: 'ip', table: 'raw', chain: 'OUTPUT', priority: 0},
      {family: 'ip6', table: 'filter', chain: 'INPUT', priority: 0},
    ])
  })

  it('never throws, whatever is printed', () => {
    fc.assert(
      fc.property(fc.string(), text =>
        [parsePolicies(text), parseDirectRules(text), parsePassthroughs(text)].every(Array.isArray),
      ),
    )
  })

  const answers = (given: Record<string, CommandResult>): RunCommand => {
    return async ([, ...args]) => given[args.join(' ')] ?? exited(0)
  }

  it('tells policies that are not written down, and that there is no panic', async () => {
    const run = answers({
      '--list-all-policies': exited(0, POLICIES),
      '--permanent --get-policies': exited(0, 'allow-host-ipv6 other\n'),
      '--query-panic': exited(1, 'no\n'),
    })
    const found = await readFirewalld(run)
    expect(found?.policies.map(({name, permanent}) => [name, permanent])).toEqual([
      ['allow-host-ipv6', true],
      ['out', false],
    ])
    expect(found?.panic).toBe(false)
  })

  it('has no policies before firewalld 0.9, which does not know the question', async () => {
    const run = answers({'--list-all-policies': exited(2), '--permanent --get-policies': exited(2)})
    expect(await readFirewalld(run)).toMatchObject({policies: [], panic: true})
  })

  it('is unknown where firewall-cmd is too slow, which is told as that', async () => {
    const late: CommandResult = {kind: 'timed-out', afterMs: 60_000}
    const told: string[] = []
    const run = answers({'--list-all-policies': late, '--query-panic': late})
    expect(await readFirewalld(run, why => told.push(why))).toBeNull()
    expect(told).toEqual(['`firewall-cmd --list-all-policies` did not finish within 60 s'])
  })

  it('is unknown where firewalld does not answer', async () => {
    expect(await readFirewalld(async () => exited(252))).toBeNull()
    expect(await readFirewalld(async () => ({kind: 'not-found', program: 'firewall-cmd'}))).toBeNull()
  })
})
