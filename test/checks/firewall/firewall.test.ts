import net from 'node:net'
import {describe, expect, it} from 'vitest'
import type {CheckContext} from '../../../src/checks/check.ts'
import {firewall443, firewall1500} from '../../../src/checks/firewall/firewall.ts'
import type {CheckOptions} from '../../../src/contract/check-options.ts'
import {NO_PERSISTENCE} from '../../../src/firewall/state/managers.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {stateOf, TOOLS} from '../../firewall/plan/states.ts'
import {contextOf} from '../path/context.ts'

type Situation = {
  readonly output?: readonly string[]
  readonly policy?: string
  readonly state?: Partial<LinuxFirewallState>
  readonly options?: Partial<CheckOptions>
  readonly elevated?: boolean
  /** Address of every name; null: no name resolves. */
  readonly address?: string | null
}

function contextFor({output = [], policy = 'ACCEPT', state = {}, ...rest}: Situation): CheckContext {
  const {options = {}, elevated = true, address = '52.95.110.1'} = rest
  const rules = output.map(rule => `-A OUTPUT ${rule}\n`).join('')
  const captured = stateOf({
    iptablesNftSave: `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ${policy} [0:0]\n${rules}COMMIT\n`,
    ...state,
  })
  const context = contextOf({
    options,
    resolve: async () =>
      address === null
        ? {kind: 'failed', code: 'dns.timeout', errno: 'EAI_AGAIN', ms: 1}
        : {kind: 'resolved', addresses: [{address, family: 4}], ms: 1},
  })
  return {
    ...context,
    reader: {
      ...context.reader,
      privileges: async () => ({elevated, user: elevated ? 'root' : 'ops', sudoInstalled: true}),
      firewallState: async () => captured,
      firewallTools: async () => TOOLS,
      firewallPersistence: async () => NO_PERSISTENCE,
    },
  }
}

const drop443 = '-p tcp -m tcp --dport 443 -j DROP'

describe('firewall-443', () => {
  it.each([
    ['no rule', {}, 'ok', 'pass'],
    ['a drop', {output: [drop443]}, 'firewall.drop', 'fail'],
    ['a reject', {output: ['-p tcp -j REJECT --reject-with tcp-reset']}, 'firewall.reject', 'fail'],
    ['a policy', {policy: 'DROP'}, 'firewall.policy', 'fail'],
    ['a rate limit', {output: ['-m limit --limit 1/sec -j DROP']}, 'firewall.unknown', 'warn'],
    [
      'unreadable rules',
      {state: {unreadable: {nftText: 'broken'}, nftText: null}},
      'firewall.unreadable',
      'warn',
    ],
  ] as const)('%s', async (_, situation, code, status) => {
    const findings = await firewall443.run(contextFor(situation))
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({code, status, target: 'the endpoints of eu-central-1'})
  })

  it.each<[string, string, readonly string[]]>([
    ['blocks', drop443, ['  1 -o lo -j ACCEPT', `> 2 ${drop443}`, '  policy ']],
    [
      'may block',
      '-m limit --limit 1/sec -j DROP',
      ['  1 -o lo -j ACCEPT', '> 2 -m limit --limit 1/sec -j DROP', '  policy '],
    ],
    ['lets through', '-p tcp -j ACCEPT', []],
  ])('shows the rule that %s among its neighbours', async (_, rule, expected) => {
    const [found] = await firewall443.run(contextFor({output: ['-o lo -j ACCEPT', rule]}))
    const lines = found?.evidence.neighbours ?? []
    expect(
      lines.map(
        ({number, text, decides}) =>
          `${decides ? '>' : ' '} ${number} ${text.replace(/^-[AP] OUTPUT (ACCEPT)?/, '')}`,
      ),
    ).toEqual(expected)
  })

  it('shows the rule on which it depends, not another one that reads the same', async () => {
    const limit = 'limit rate 1/second drop'
    const chain = (hook: string, rules: readonly string[]) =>
      `\tchain ${hook} {\n\t\ttype filter hook ${hook} priority filter; policy accept;\n${rules.map(rule => `\t\t${rule}\n`).join('')}\t}\n`
    const nftText = `table inet mine {\n${chain('input', ['ct state established accept', limit])}${chain('output', ['oif "lo" accept', limit])}}\n`
    const [found] = await firewall443.run(contextFor({state: {nftText}}))
    expect(found?.evidence.judgement?.unknownBecause).toEqual([limit])
    expect(found?.evidence.neighbours).toEqual([
      {number: 1, text: 'oif "lo" accept', decides: false},
      {number: 2, text: limit, decides: true},
      {number: 'policy', text: 'type filter hook output priority filter; policy accept;', decides: false},
    ])
  })

  it('names the rule, and offers a remedy that opens 443 to any address', async () => {
    const [found] = await firewall443.run(contextFor({output: ['-o lo -j ACCEPT', drop443]}))
    expect(found?.evidence.judgement?.blocker).toMatchObject({rule: 2, text: `-A OUTPUT ${drop443}`})
    expect(found?.remedies).toHaveLength(1)
    expect(found?.remedies[0]?.steps[0]?.do).toEqual(
      expect.arrayContaining(['-I', 'OUTPUT', '2', '--dport', '443', '-j', 'ACCEPT']),
    )
    expect(found?.remedies[0]?.steps[0]?.do).not.toContain('-d')
  })

  it('is judged for every public address when no name resolves, and says so', async () => {
    const [open, ...more] = await firewall443.run(contextFor({address: null}))
    expect(open).toMatchObject({
      code: 'ok',
      evidence: {caveat: expect.stringContaining('all public IPv4 addresses')},
    })
    expect(more).toEqual([])
    const findings = await firewall443.run(
      contextFor({address: null, output: ['-d 52.0.0.0/8 -p tcp -m tcp --dport 443 -j DROP']}),
    )
    expect(findings.map(({code}) => code).sort()).toEqual(['firewall.drop', 'ok'])
  })

  it('tells an unprivileged user what to do, and offers nothing', async () => {
    const [found] = await firewall443.run(
      contextFor({
        elevated: false,
        state: {iptablesNftSave: null, unreadable: {iptablesNftSave: 'needs root'}},
      }),
    )
    expect(found).toMatchObject({code: 'firewall.unreadable', remedies: []})
    expect(found?.summary).toContain('only root can read them, and you are ops')
  })
})

describe('firewall-443 with a proxy', () => {
  const proxy = {url: 'http://ops:secret@10.30.0.8:3128/', from: 'https_proxy'}
  const drop3128 = '-p tcp -m tcp --dport 3128 -j DROP'
  const toProxy = (situation: Situation) =>
    firewall443.run(withAddresses(contextFor(situation), {'10.30.0.8': '10.30.0.8'}))

  /** Names that are addresses stand for themselves. */
  function withAddresses(context: CheckContext, own: Readonly<Record<string, string>>): CheckContext {
    const {resolve} = context.reader
    const known = (name: string) =>
      own[name] === undefined
        ? resolve(name)
        : Promise.resolve({
            kind: 'resolved' as const,
            addresses: [{address: own[name] ?? '', family: 4 as const}],
            ms: 0,
          })
    return {...context, reader: {...context.reader, resolve: known}}
  }

  it('judges the way to the proxy, and reports the direct one for information', async () => {
    const findings = await toProxy({output: [drop443], options: {proxy}})
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      code: 'ok',
      target: 'the proxy http://***@10.30.0.8:3128/',
      remedies: [],
      evidence: {port: 3128, addresses: ['10.30.0.8'], direct: [{verdict: 'block'}]},
    })
    expect(JSON.stringify(findings)).not.toContain('secret')
  })

  it('opens the port and address of the proxy alone', async () => {
    const [found] = await toProxy({output: [drop3128], options: {proxy}})
    expect(found).toMatchObject({code: 'firewall.drop', evidence: {port: 3128}})
    expect(found?.remedies[0]?.steps[0]?.do).toEqual(
      expect.arrayContaining(['--dport', '3128', '-d', '10.30.0.8/32']),
    )
  })

  it('judges what NO_PROXY keeps from the proxy separately', async () => {
    const noProxy = '.s3.eu-central-1.amazonaws.com'
    const findings = await toProxy({output: [drop443], options: {proxy, noProxy}})
    expect(findings.map(({code, evidence}) => [code, evidence.port])).toEqual([
      ['ok', 3128],
      ['firewall.drop', 443],
    ])
  })

  it('judges every address where the name of the proxy does not resolve', async () => {
    const named = {url: 'http://proxy.example:3128/', from: 'https_proxy'}
    const [found] = await toProxy({address: null, options: {proxy: named}})
    expect(found).toMatchObject({
      code: 'ok',
      evidence: {port: 3128, caveat: expect.stringContaining('proxy.example could not be resolved')},
    })
  })
})

describe('answers that are no peer', () => {
  it.each(['0.0.0.0', '127.0.0.1', '::'])(
    '443 is judged for every public address where names lead to %s',
    async address => {
      const [found] = await firewall443.run(contextFor({address, output: [drop443]}))
      expect(found).toMatchObject({
        code: 'firewall.drop',
        evidence: {caveat: expect.stringContaining('all public IPv4 addresses')},
      })
    },
  )

  it.each([
    ['0.0.0.0', ['127.0.0.1']],
    ['127.0.0.1', ['127.0.0.1']],
    ['::ffff:10.30.0.8', ['10.30.0.8']],
    ['fe80::8%eth0', ['fe80::8']],
  ])('a proxy at %s is judged at %j', async (address, addresses) => {
    const proxy = {url: 'http://proxy.example:3128/', from: 'https_proxy'}
    const [found] = await firewall443.run(contextFor({address, options: {proxy}}))
    expect(found).toMatchObject({code: 'ok', evidence: {port: 3128, addresses}})
  })
})

describe('firewall-1500', () => {
  const drop = '-p tcp -m tcp --dport 1500 -j DROP'

  it('opens the staging area subnet alone', async () => {
    const [found] = await firewall1500.run(
      contextFor({output: [drop], options: {stagingSubnet: '10.20.0.0/16'}}),
    )
    expect(found).toMatchObject({code: 'firewall.drop', target: '10.20.0.0/16'})
    expect(found?.remedies[0]?.steps[0]?.do).toEqual(expect.arrayContaining(['-d', '10.20.0.0/16']))
  })

  it('judges a replication server outside the subnet separately', async () => {
    const findings = await firewall1500.run(
      contextFor({
        output: ['-d 10.99.0.0/16 -p tcp -m tcp --dport 1500 -j DROP'],
        address: '10.99.0.5',
        options: {stagingSubnet: '10.20.0.0/16', replicationServer: {host: 'far.example', port: 1500}},
      }),
    )
    expect(findings.map(({target, code}) => [target, code])).toEqual([
      ['10.20.0.0/16', 'ok'],
      ['far.example', 'firewall.drop'],
    ])
  })

  it('leaves out what is no peer in a range that holds more', async () => {
    const output = ['-d 224.0.0.0/4 -j DROP', '-d 127.0.0.0/8 -p tcp -m tcp --dport 1500 -j DROP']
    const [found, ...more] = await firewall1500.run(
      contextFor({output, options: {stagingSubnet: '0.0.0.0/0'}}),
    )
    expect([found?.code, found?.target, more]).toEqual(['ok', '0.0.0.0/0', []])
  })

  it.each(['127.0.0.1', '224.0.0.1', '::ffff:127.0.0.1', 'fe80::1%eth0'])(
    'judges any address where the name of the server leads to %s',
    async address => {
      const replicationServer = {host: 'wrong.example', port: 1500}
      const [found] = await firewall1500.run(
        contextFor({address, output: [drop], options: {replicationServer}}),
      )
      expect(found).toMatchObject({
        code: 'firewall.drop',
        evidence: {caveat: expect.stringContaining('wrong.example resolves to no address of another host')},
      })
    },
  )

  it('takes an IPv4-mapped answer for IPv4', async () => {
    const replicationServer = {host: 'mapped.example', port: 1500}
    const [found] = await firewall1500.run(
      contextFor({address: '::ffff:10.20.0.10', output: [drop], options: {replicationServer}}),
    )
    expect(found).toMatchObject({code: 'firewall.drop', evidence: {addresses: ['10.20.0.10']}})
    expect(found?.remedies[0]?.steps[0]?.do.slice(0, 1)).toEqual(['iptables'])
  })

  it('is judged for any address when nothing is given, not for this host itself', async () => {
    const findings = await firewall1500.run(
      contextFor({
        state: {
          iptablesNftSave:
            '*filter\n:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -i eth0 -j ACCEPT\nCOMMIT\n',
        },
      }),
    )
    expect(findings.map(({code}) => code)).toEqual(['ok'])
  })
})

describe('what the rules are judged to block is tried', () => {
  async function atProxy(answer: ((socket: net.Socket) => unknown) | null, rule: (port: number) => string) {
    const server = net.createServer(socket => answer?.(socket.on('error', () => undefined)))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const {port} = address
    if (answer === null) await new Promise(resolve => server.close(resolve))
    try {
      const options = {proxy: {url: `http://127.0.0.1:${port}/`, from: 'https_proxy'}}
      return await firewall443.run(contextFor({address: '127.0.0.1', output: [rule(port)], options}))
    } finally {
      server.close()
    }
  }
  const drop = (port: number) => `-p tcp -m tcp --dport ${port} -j DROP`

  it.each<[string, (socket: net.Socket) => unknown, RegExp]>([
    ['data comes back', socket => socket.end('HTTP/1.1 200 OK\r\n\r\n'), /but connections to .* work/],
    ['it is acknowledged', socket => socket.resume(), /but connections to .* work/],
    ['the connection opens', socket => socket.resetAndDestroy(), /but connections to .* open/],
  ])('and no fix is offered where %s', async (_, answer, says) => {
    const [found, ...more] = await atProxy(answer, drop)
    expect(more).toEqual([])
    expect(found).toMatchObject({code: 'firewall.unknown', status: 'warn', owner: 'this-host', remedies: []})
    expect(found?.summary).toMatch(says)
    expect(found?.summary).toContain('rules and kernel disagree')
    expect(found?.evidence.disagreement).toMatchObject({rules: {verdict: 'block', stage: 'out-syn'}})
  })

  it('and stays as judged where it is refused', async () => {
    const [found] = await atProxy(null, drop)
    expect(found).toMatchObject({code: 'firewall.drop', status: 'fail'})
    expect(found?.evidence).not.toHaveProperty('disagreement')
  })

  it('and stays as judged where an open connection says nothing of the packet in question', async () => {
    const [found] = await atProxy(
      socket => socket.resetAndDestroy(),
      port => `-p tcp -m tcp --dport ${port} ! --tcp-flags SYN SYN -j DROP`,
    )
    expect(found).toMatchObject({code: 'firewall.half-open', status: 'fail'})
  })
})
