import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {CHECK_IDS, type CheckId} from '../../../src/contract/checks.ts'
import {Random} from '../fuzz/random.ts'
import {describeLab} from '../lib/describe-lab.ts'
import type {RunOptions} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {AWS, PROXY, STAGING} from '../lib/topology.ts'
import {DRS, REGION} from './path-cases.ts'
import {findingsFor, reportOf} from './report.ts'

/**
 * A filter of tc(8) that drops what goes to a port of TCP: classic BPF over the Ethernet frame of an IPv4 packet without
 * options. It is no rule of any firewall.
 */
const bpfDrop = (port: number) =>
  `8,40 0 0 12,21 0 5 2048,48 0 0 23,21 0 3 6,40 0 0 36,21 0 1 ${port},6 0 0 2,6 0 0 4294967295`

/** The beginning of a TLS handshake record that holds a ServerHello (RFC 8446 section 5.1). */
const SERVER_HELLO = ['--hex-string', '|160303|', '--algo', 'bm']

const QUEUE_READER = join(import.meta.dirname, '../lib/queue-reader.py')

describeLab('who is blamed for a connection that fails', () => {
  let lab: Lab
  const ends: (() => unknown)[] = []

  beforeAll(async () => {
    lab = await startLab()
    await lab.source.firewall.use('legacy')
    // One name server less to wait for, and the same address every time.
    const hosts = `${AWS.drs.ipv4} ${DRS}\n`
    await lab.source.must(['sh', '-c', 'cat > /etc/hosts'], {input: hosts})
  })
  afterAll(() => lab?.stop())
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
    await lab.source.firewall.nft(['flush', 'ruleset'])
    for (const table of ['filter', 'nat', 'mangle'])
      await lab.source.must(['iptables-legacy', '-t', table, '-F'])
    await lab.source.must(['iptables-legacy', '-P', 'OUTPUT', 'ACCEPT'])
    await lab.router.firewall.iptables('-F', 'FORWARD')
  })

  const rule = (...words: readonly string[]) => lab.source.must(['iptables-legacy', ...words])
  const onTheWay = (...words: readonly string[]) => lab.router.firewall.iptables('-A', 'FORWARD', ...words)

  async function dropByFilter(port: number) {
    const {source} = lab
    await source.must(['tc', 'qdisc', 'add', 'dev', 'eth0', 'clsact'])
    ends.push(() => source.must(['tc', 'qdisc', 'del', 'dev', 'eth0', 'clsact']))
    const filter = ['filter', 'add', 'dev', 'eth0', 'egress', 'protocol', 'ip', 'bpf', 'da', 'bytecode']
    await source.must(['tc', ...filter, bpfDrop(port)])
  }

  async function check(only: CheckId, args: readonly string[] = [], options: RunOptions = {}) {
    const run = ['check', '--only', only, '--timeout', '2', '--json', ...args]
    const report = reportOf(await lab.source.drsOnboard(run, options))
    expect(report.outcome).not.toBe('ready')
    const [found, ...others] = findingsFor(report, only)
    expect(others).toEqual([])
    return found
  }
  const drs = (options: RunOptions = {}, args: readonly string[] = []) =>
    check('drs-endpoint', ['--region', REGION, ...args], options)
  const replication = (options: RunOptions = {}) =>
    check('replication-1500', ['--replication-server', STAGING.ipv4], options)
  const PLAIN = {unprivileged: true}

  describe('where rules and kernel disagree, the kernel wins, and the finding says so', () => {
    test('on 443', async () => {
      await dropByFilter(443)
      const found = await drs()
      expect(found).toMatchObject({code: 'tcp.local-drop', status: 'fail', owner: 'this-host'})
      expect(found?.summary).toContain('rules and kernel disagree')
      expect(found?.nextStep).toMatch(/[Rr]eport .* as a bug, with .* capture --output FILE/)
      expect(found?.evidence.disagreement).toMatchObject({
        rules: {verdict: 'allow'},
        measured: 'none of the retransmissions went out',
        capture: expect.arrayContaining(['capture', '--output', 'FILE']),
      })
    })

    test('on 1500', async () => {
      await dropByFilter(1500)
      const found = await replication()
      expect(found).toMatchObject({code: 'tcp.local-drop', status: 'fail', owner: 'this-host'})
      expect(found?.evidence).toHaveProperty('disagreement.rules.verdict', 'allow')
    })

    test('on the way to a proxy', async () => {
      await dropByFilter(3128)
      const found = await drs({}, ['--proxy-address', `http://${PROXY.ipv4}:3128/`])
      expect(found).toMatchObject({code: 'tcp.local-drop', owner: 'this-host'})
      expect(found?.summary).toContain(`${PROXY.ipv4} on TCP 3128`)
    })

    test('beside a rule of the network that drops the same', async () => {
      await dropByFilter(443)
      await onTheWay('-p', 'tcp', '--dport', '443', '-j', 'DROP')
      expect(await drs()).toMatchObject({code: 'tcp.local-drop', owner: 'this-host'})
    })
  })

  describe('own rules are judged though their check is left out', () => {
    test.each<[name: string, words: readonly string[], code: string]>([
      ['a DROP', ['-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'DROP'], 'firewall.drop'],
      ['a REJECT', ['-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'REJECT'], 'firewall.reject'],
      [
        'a reply that is dropped',
        ['-A', 'INPUT', '-p', 'tcp', '--sport', '443', '-j', 'DROP'],
        'firewall.reply-blocked',
      ],
      [
        'data that is dropped',
        ['-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '!', '--syn', '-j', 'DROP'],
        'firewall.half-open',
      ],
      [
        'a redirect to a dead port',
        ['-t', 'nat', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'REDIRECT', '--to-ports', '9'],
        'firewall.redirected',
      ],
    ])('%s', async (_name, words, code) => {
      await rule(...words)
      const found = await drs()
      expect(found, found?.summary).toMatchObject({code, status: 'fail', owner: 'this-host'})
      expect(found?.evidence.judgement?.verdict).toBe('block')
      expect(found?.nextStep).toContain('fix')
    })

    test('for 1500, too', async () => {
      await rule('-A', 'OUTPUT', '-p', 'tcp', '--dport', '1500', '-j', 'REJECT', '--reject-with', 'tcp-reset')
      expect(await replication()).toMatchObject({code: 'firewall.reject', status: 'fail', owner: 'this-host'})
    })

    test('and the picture draws this server’s own firewall, and nothing behind it', async () => {
      await rule('-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
      const {stdout} = await lab.source.drsOnboard([
        ...['check', '--region', REGION, '--timeout', '2', '--skip', 'firewall-443', '--verbose'],
      ])
      expect(stdout).toMatch(/BLOCKED\s+not checked\s+not checked/)
      expect(stdout).not.toMatch(/network team/i)
    })
  })

  describe('a queue that drops without a word', () => {
    test.each([
      ['to root, whose rules then do not decide it', {}],
      ['to a plain user', PLAIN],
    ])('%s', async (_name, options) => {
      await rule(
        '-A',
        'OUTPUT',
        '-p',
        'tcp',
        '--dport',
        '443',
        '-j',
        'NFQUEUE',
        '--queue-num',
        '7',
        '--queue-bypass',
      )
      // It ends with its standard input, which a pipe that it holds open itself never does.
      const script = 'mkfifo /run/open; exec python3 "$0" drop 7 <> /run/open'
      const reader = await lab.source.startServer(['sh', '-c', script, QUEUE_READER], /ready/)
      ends.push(async () => {
        reader.kill()
        await reader.ended
      })
      const found = await drs(options)
      expect(found).toMatchObject({code: 'tcp.timeout', status: 'fail', owner: 'this-host'})
      expect(found?.evidence.blame).toBe('undecided')
      expect(found?.summary).toMatch(/it is not known whether the host firewall or the network blocks it: /)
    })
  })

  describe('rules that nobody can decide from outside', () => {
    /** Bytecode of classic BPF, as xt_bpf takes it: every packet matches, or none. */
    const BPF = {all: ['1,6 0 0 65535'], none: ['1,6 0 0 0']}
    const port443 = ['-A', 'OUTPUT', '-p', 'tcp', '--dport', '443']

    async function examine(command: readonly string[], options: RunOptions = {}) {
      const args = ['--region', REGION, '--only', 'firewall-443,drs-endpoint', '--timeout', '2', '--json']
      const report = reportOf(await lab.source.drsOnboard([...command, ...args], options))
      expect(report.plan.remedies).toEqual([])
      expect(report.applied).toEqual([])
      const [rules, ...more] = findingsFor(report, 'firewall-443')
      expect(more).toEqual([])
      // A rule on payload lets TCP pass, so that is `ok` with a warning.
      expect(['firewall.unknown', 'ok']).toContain(rules?.code)
      expect(rules).toMatchObject({status: 'warn', owner: 'this-host', remedies: []})
      return findingsFor(report, 'drs-endpoint')[0]
    }

    async function readQueue(verdict: 'accept' | 'drop') {
      // It ends with its standard input, which a pipe that it holds open itself never does.
      const script = 'mkfifo -m 600 /run/open.$$; exec python3 "$0" "$1" 7 <> /run/open.$$'
      const reader = await lab.source.startServer(['sh', '-c', script, QUEUE_READER, verdict], /ready/)
      ends.push(async () => {
        reader.kill()
        await reader.ended
      })
    }

    test.each<[name: string, words: readonly string[]]>([
      ['bytecode that matches nothing', [...port443, '-m', 'bpf', '--bytecode', ...BPF.none, '-j', 'DROP']],
      ['bytecode that accepts', [...port443, '-m', 'bpf', '--bytecode', ...BPF.all, '-j', 'ACCEPT']],
      [
        'a string that no packet holds',
        [...port443, '-m', 'string', '--string', 'never-sent', '--algo', 'bm', '-j', 'DROP'],
      ],
      ['bits of the header that differ', [...port443, '-m', 'u32', '--u32', '0>>28=6', '-j', 'DROP']],
    ])('what works is not fixed: %s', async (name, words) => {
      await rule(...words)
      // What the rule lets through is all that gets out.
      if (name.includes('accepts')) await rule(...port443, '-j', 'DROP')
      for (const command of [['check'], ['fix', '--yes', '--allow-disruptive']])
        expect(await examine(command)).toMatchObject({code: 'ok', status: 'pass'})
    })

    test.each<[name: string, words: readonly string[]]>([
      ['bytecode that matches', [...port443, '-m', 'bpf', '--bytecode', ...BPF.all, '-j', 'DROP']],
      ['bytecode that lets nothing by', [...port443, '-m', 'bpf', '--bytecode', ...BPF.none, '-j', 'ACCEPT']],
      ['bits of the header that match', [...port443, '-m', 'u32', '--u32', '0>>28=4', '-j', 'DROP']],
      [
        'a string in the greeting',
        [...port443, '-m', 'string', '--string', DRS, '--algo', 'bm', '-j', 'DROP'],
      ],
    ])('what does not work is measured, and laid on this host: %s', async (name, words) => {
      await rule(...words)
      if (name.includes('lets nothing by')) await rule(...port443, '-j', 'DROP')
      const found = await examine(['fix', '--yes'])
      expect(found, found?.summary).toMatchObject({status: 'fail', owner: 'this-host'})
      expect(found?.evidence).toMatchObject({blame: 'measured', measured: {departure: 'stopped'}})
      expect(found?.evidence).not.toHaveProperty('disagreement')
    })

    test('a string in what comes back is not laid on the network', async () => {
      await rule('-A', 'INPUT', '-p', 'tcp', '--sport', '443', '-m', 'string', ...SERVER_HELLO, '-j', 'DROP')
      const found = await examine(['fix', '--yes'])
      expect(found, found?.summary).toMatchObject({status: 'fail', owner: 'this-host'})
      expect(found?.evidence.blame).toBe('undecided')
    })

    test('a queue whose reader accepts works, for root and for a plain user', async () => {
      await readQueue('accept')
      await rule(...port443, '-j', 'NFQUEUE', '--queue-num', '7')
      expect(await examine(['fix', '--yes'])).toMatchObject({code: 'ok', status: 'pass'})
      const found = await drs(PLAIN)
      expect(found).toMatchObject({code: 'ok', status: 'pass'})
    })

    test('a queue whose reader drops is not laid on the network', async () => {
      await readQueue('drop')
      await rule(...port443, '-j', 'NFQUEUE', '--queue-num', '7')
      expect(await examine(['fix', '--yes'])).toMatchObject({status: 'fail', owner: 'this-host'})
    })
  })

  describe('a plain user, who may not read rules, is told', () => {
    test('the network, where the packets are measured to leave and nothing that comes in is dropped', async () => {
      await onTheWay('-p', 'tcp', '--dport', '443', '-j', 'DROP')
      const found = await drs(PLAIN)
      expect(found).toMatchObject({code: 'tcp.timeout', owner: 'network-team'})
      expect(found?.evidence).toMatchObject({ownRules: {verdict: 'unknown'}, measured: {departure: 'left'}})
    })

    test('the network, where the refusal comes from beyond', async () => {
      await onTheWay('-p', 'tcp', '--dport', '443', '-j', 'REJECT', '--reject-with', 'tcp-reset')
      expect(await drs(PLAIN)).toMatchObject({code: 'tcp.refused', owner: 'network-team'})
    })

    test('nobody beyond this host, where its own INPUT drops the replies', async () => {
      await rule('-A', 'INPUT', '-p', 'tcp', '--sport', '443', '-j', 'DROP')
      const found = await drs(PLAIN)
      expect(found).toMatchObject({code: 'tcp.timeout', owner: 'this-host'})
      expect(found?.nextStep).toContain('as root')
    })

    test.each([
      [
        'an RST of its own rules',
        ['-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
      ],
      [
        'an ICMP message of its own rules',
        [
          '-A',
          'OUTPUT',
          '-p',
          'tcp',
          '--dport',
          '443',
          '-j',
          'REJECT',
          '--reject-with',
          'icmp-port-unreachable',
        ],
      ],
      [
        'a redirect to a dead port',
        ['-t', 'nat', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'REDIRECT', '--to-ports', '9'],
      ],
    ])('nobody beyond this host: %s', async (_name, words) => {
      await rule(...words)
      expect(await drs(PLAIN)).toMatchObject({code: 'tcp.refused', status: 'fail', owner: 'this-host'})
    })

    test('this host, where its own rules drop what follows the handshake', async () => {
      await rule('-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '!', '--syn', '-j', 'DROP')
      expect(await drs(PLAIN)).toMatchObject({code: 'tcp.local-drop', owner: 'this-host'})
    })
  })

  describe('whatever the checks are, others are named only with evidence, and nothing is ready untested', () => {
    const REQUIRED = CHECK_IDS.filter(id => id !== 'privileges' && id !== 'ec2-endpoint')
    const TWO_PORTS = ['-p', 'tcp', '-m', 'multiport', '--dports', '443,1500']
    const FAULTS: readonly {name: string; isOurs: boolean; arrange: () => Promise<unknown>}[] = [
      {name: 'nothing', isOurs: false, arrange: async () => undefined},
      {name: 'own DROP', isOurs: true, arrange: () => rule('-A', 'OUTPUT', ...TWO_PORTS, '-j', 'DROP')},
      {
        name: 'own REJECT',
        isOurs: true,
        arrange: () => rule('-A', 'OUTPUT', ...TWO_PORTS, '-j', 'REJECT', '--reject-with', 'tcp-reset'),
      },
      {
        name: 'own DROP of replies',
        isOurs: true,
        arrange: () =>
          rule('-A', 'INPUT', '-p', 'tcp', '-m', 'multiport', '--sports', '443,1500', '-j', 'DROP'),
      },
      {name: 'network that drops', isOurs: false, arrange: () => onTheWay(...TWO_PORTS, '-j', 'DROP')},
      {
        name: 'network that resets',
        isOurs: false,
        arrange: () => onTheWay(...TWO_PORTS, '-j', 'REJECT', '--reject-with', 'tcp-reset'),
      },
    ]
    const random = new Random(20_261_128)
    const some = () => CHECK_IDS.filter(() => random.chance(0.5))
    const RUNS = FAULTS.flatMap(fault =>
      [false, true].flatMap(unprivileged =>
        [0, 1].map(() => {
          const [only, skip] = [some(), some().filter(() => random.chance(0.5))]
          const left = only.filter(id => !skip.includes(id))
          return {
            ...fault,
            unprivileged,
            only: left.length > 0 ? only : CHECK_IDS,
            skip: left.length > 0 ? skip : [],
          }
        }),
      ),
    )

    test.each(RUNS)('$name, plain user: $unprivileged, --only $only --skip $skip', async each => {
      const {isOurs, arrange, unprivileged, only, skip} = each
      await arrange()
      const report = reportOf(
        await lab.source.drsOnboard(
          [
            ...[
              'check',
              '--region',
              REGION,
              '--replication-server',
              STAGING.ipv4,
              '--timeout',
              '1',
              '--json',
            ],
            ...['--only', only.join(), ...(skip.length > 0 ? ['--skip', skip.join()] : [])],
          ],
          {unprivileged},
        ),
      )
      const made = only.filter(id => !skip.includes(id))
      if (!REQUIRED.every(id => made.includes(id))) expect(report.outcome).not.toMatch(/^ready/)
      for (const {owner, summary, evidence} of report.findings) {
        if (owner === null || owner === 'this-host' || owner === 'dns-admin') continue
        expect(isOurs, summary).toBe(false)
        const {ownRules, measured} = evidence
        expect(JSON.stringify([ownRules, measured]), summary).toMatch(/"verdict":"allow"|"departure":"left"/)
      }
    })
  })

  describe('programs that are slow', () => {
    /** Checks with stand-ins for some programs in a directory that is first on PATH. */
    async function checkSlowly(directory: string, programs: Readonly<Record<string, string>>) {
      for (const [name, script] of Object.entries(programs)) {
        const text = `#!/bin/sh\n${script}\nPATH=${SYSTEM_PATH} exec ${name} "$@"\n`
        const write = 'mkdir -p "$(dirname "$0")" && cat > "$0" && chmod 755 "$0"'
        await lab.source.must(['sh', '-c', write, `${directory}/${name}`], {input: text})
      }
      const only = ['--only', 'firewall-443,drs-endpoint', '--timeout', '1']
      const env = {PATH: `${directory}:${SYSTEM_PATH}`}
      const result = await lab.source.drsOnboard(['check', '--region', REGION, ...only, '--json'], {env})
      const report = reportOf(result)
      const [rules] = findingsFor(report, 'firewall-443')
      return {rules, path: findingsFor(report, 'drs-endpoint')[0], stderr: result.stderr}
    }

    test('are waited for, or given up when nothing moves, and told by name; nobody beyond this host is named', async () => {
      await rule('-A', 'OUTPUT', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
      const [slow, hung] = await Promise.all([
        checkSlowly('/run/slow', {'iptables-legacy-save': 'sleep 11', 'iptables-legacy': 'sleep 11'}),
        checkSlowly('/run/hung', {'iptables-legacy-save': 'sleep infinity', nft: 'sleep infinity'}),
      ])
      expect(slow.rules).toMatchObject({code: 'firewall.drop', owner: 'this-host'})
      expect(slow.rules?.remedies).toHaveLength(1)
      expect(slow.rules?.evidence.slowPrograms).toEqual([
        {program: 'iptables-legacy-save', seconds: expect.any(Number), answered: true},
        {program: 'iptables-legacy --version', seconds: expect.any(Number), answered: true},
      ])
      expect(slow.stderr).toContain('firewall-443: `iptables-legacy-save` has not answered for 10 s')
      expect(slow.path).toMatchObject({status: 'skip', evidence: {waitsFor: 'firewall-443'}})

      expect(hung.rules).toMatchObject({code: 'firewall.unreadable', status: 'warn'})
      expect(hung.rules?.summary).toMatch(/`iptables-legacy-save` did not finish within \d+ s/)
      expect(hung.rules?.nextStep).toContain('less busy')
      expect(hung.path).toMatchObject({code: 'tcp.local-drop', status: 'fail', owner: 'this-host'})
    })
  })

  describe('a refusal of 1500 shows an open path to a plain user', () => {
    test('where it comes from beyond this host', async () => {
      expect(await replication(PLAIN)).toMatchObject({
        code: 'replication.no-listener',
        status: 'warn',
        owner: null,
      })
    })

    test.each([
      [
        'an RST of its own rules',
        ['-A', 'OUTPUT', '-p', 'tcp', '--dport', '1500', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
      ],
      [
        'a redirect to a dead port',
        ['-t', 'nat', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '1500', '-j', 'REDIRECT', '--to-ports', '9'],
      ],
      [
        'a destination that is this host',
        [
          '-t',
          'nat',
          '-A',
          'OUTPUT',
          '-p',
          'tcp',
          '--dport',
          '1500',
          '-j',
          'DNAT',
          '--to-destination',
          '127.0.0.1:9',
        ],
      ],
    ])('not where it is %s', async (_name, words) => {
      await rule(...words)
      const found = await replication(PLAIN)
      expect(found).toMatchObject({code: 'tcp.refused', owner: 'this-host'})
      expect(found?.summary).not.toContain('is open')
    })

    test('nor where other traffic inside this server hides where it comes from', async () => {
      await rule('-A', 'OUTPUT', '-p', 'tcp', '--dport', '1500', '-j', 'REJECT', '--reject-with', 'tcp-reset')
      const chatter = lab.source.start(['python3', '-c', CHATTER])
      ends.push(async () => {
        chatter.kill()
        await chatter.ended
      })
      const found = await replication(PLAIN)
      expect(found).toMatchObject({code: 'tcp.refused', status: 'warn', owner: 'this-host'})
      expect(found?.summary).toContain('is not known')
    })
  })
})

/** Sends datagrams to this host itself, all the time. */
const CHATTER = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
while True:
    s.sendto(b'x', s.getsockname())
    time.sleep(0.0005)
`
