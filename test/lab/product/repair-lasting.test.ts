import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {Report} from '../../../src/report/report.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {STAGING} from '../lib/topology.ts'
import {KeptServer} from './kept-server.ts'
import {reportOf} from './report.ts'

const V4 = '/etc/iptables/rules.v4'
const V6 = '/etc/iptables/rules.v6'
const ARGS = [
  ...['--staging-subnet', STAGING.subnet, '--replication-server', STAGING.ipv4],
  ...['--only', 'firewall-1500'],
]
const FIX = ['fix', '--yes', '--json', ...ARGS]

type Kept = {
  readonly name: string
  readonly file: string
  readonly edits: readonly (readonly [before: string, added: RegExp])[]
}

const base = (lines: string, output = 'ACCEPT', input = 'ACCEPT') => `# Written by hand, 2019
*filter
:INPUT ${input} [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ${output} [0:0]
${lines}COMMIT
# the end: räksmörgås
`

const RULE = '-p tcp -m tcp --dport 1500 -m comment --comment "drs-onboard:open-1500-[0-9a-f]{8}'
const OUT = (chain: string, more = '') =>
  new RegExp(`^-A ${chain} -d 10\\.20\\.0\\.0/16 ${RULE}${more}" -j ACCEPT$`)

/** Each file is what the kernel has, and blocks TCP 1500 to the staging area subnet. */
const KEPT: readonly Kept[] = [
  {
    name: 'a final REJECT',
    file: base(`-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -p tcp --dport 443 -j ACCEPT
# everything else
-A OUTPUT -j REJECT
-A FORWARD -j DROP
`),
    edits: [['-A OUTPUT -j REJECT', OUT('OUTPUT')]],
  },
  {
    name: 'policy DROP',
    file: base('-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -p udp --dport 53 -j ACCEPT\n', 'DROP'),
    edits: [['COMMIT', OUT('OUTPUT')]],
  },
  {
    name: 'a chain of the administrator',
    file: base(`-A OUTPUT -j egress
-A egress -p tcp --dport 443 -j RETURN
-A egress -p tcp -m multiport --dports 25,1500 -j DROP
`).replace('-A OUTPUT', ':egress - [0:0]\n-A OUTPUT'),
    edits: [['-A egress -p tcp -m multiport --dports 25,1500 -j DROP', OUT('egress')]],
  },
  {
    name: 'mangle and filter, one after the other',
    file: `*mangle
:POSTROUTING ACCEPT [0:0]
-A POSTROUTING -p tcp -m tcp --dport 1500 -j DROP
COMMIT
${base('-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP\n')}`,
    edits: [
      ['-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP', OUT('OUTPUT')],
      ['-A POSTROUTING -p tcp -m tcp --dport 1500 -j DROP', OUT('POSTROUTING', '\\.2')],
    ],
  },
  {
    name: 'no line end at the end of the file',
    file: base('-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP\n').trimEnd(),
    edits: [['-A OUTPUT -p tcp -m tcp --dport 1500 -j DROP', OUT('OUTPUT')]],
  },
]

/** The file's lines that were not there before, each with the line that follows it. */
function additions(before: string, after: string): [next: string, line: string][] {
  const old = before.split('\n')
  const found: [string, string][] = []
  const lines = after.split('\n')
  for (const [index, line] of lines.entries()) {
    if (line === old[index - found.length]) continue
    found.push([lines[index + 1] ?? '', line])
  }
  expect(lines.filter(line => !found.some(([, added]) => added === line)).join('\n')).toBe(before)
  return found.sort()
}

const appliedOf = ({applied}: Report) => applied.map(({result, persists}) => ({result, persists}))

describe.each(['legacy', 'nft'] as const)('rules of iptables-%s that netfilter-persistent keeps', backend => {
  describeLab('a repair that outlives a reboot', () => {
    let lab: Lab
    let server: KeptServer

    beforeEach(async () => {
      lab = await startLab({replicationServer: true})
      server = await KeptServer.prepare(lab, backend)
    })
    afterEach(() => lab?.stop())

    const opens = async () =>
      (await lab.source.run(['timeout', '3', 'bash', '-c', `exec 3<>/dev/tcp/${STAGING.ipv4}/1500`])).code ===
      0

    test.each(KEPT)('$name', async ({file, edits}) => {
      await server.write(V4, file)
      await server.shell(`chown 7:8 ${V4}; chmod 640 ${V4}`)
      await server.giveAttributes(V4)
      await server.boot(V4)
      const [rules, metadata] = [await lab.source.firewall.save(), await server.metadata(V4)]
      const attributes = await server.attributes(V4)
      expect(attributes).toContain('user.origin')
      expect(await opens()).toBe(false)

      const dryRun = await lab.source.drsOnboard(['fix', '--dry-run', ...ARGS])
      expect(dryRun.stdout).toContain(V4)
      expect(await server.read(V4)).toBe(file)

      const fixed = await lab.source.drsOnboard(FIX)
      expect(appliedOf(reportOf(fixed))).toEqual([{result: 'kept', persists: true}])
      expect(await opens()).toBe(true)
      const edited = await server.read(V4)
      const added = additions(file, edited)
      expect(added.map(([next]) => next)).toEqual(edits.map(([next]) => next).sort())
      for (const [next, line] of edits) expect(added.find(([at]) => at === next)?.[1]).toMatch(line)
      expect(await server.metadata(V4)).toBe(metadata)
      expect(await server.attributes(V4)).toBe(attributes)

      // The service loads the file as it starts: what comes of it must be what was proved.
      const repaired = await lab.source.firewall.save()
      await server.boot(V4)
      expect(await lab.source.firewall.save()).toBe(repaired)
      expect(await opens()).toBe(true)
      expect(reportOf(await lab.source.drsOnboard(FIX)).applied).toEqual([])

      const undone = await lab.source.drsOnboard(['undo', '--yes'])
      expect(undone.stderr + undone.stdout).not.toContain('FAILED')
      expect(await server.read(V4)).toBe(file)
      expect(await server.metadata(V4)).toBe(metadata)
      expect(await server.attributes(V4)).toBe(attributes)
      expect(await server.shell('ls -A /etc/iptables')).toBe('rules.v4\n')
      expect(await lab.source.firewall.save()).toBe(rules)
      expect(await server.shell('ls -A /var/lib/drs-onboard/backups')).toBe('')
    })

    test('IPv6: rules.v6', async () => {
      const file = base('-A OUTPUT -p ipv6-icmp -j ACCEPT\n-A OUTPUT -p tcp --dport 1500 -j DROP\n')
      await server.write(V6, file)
      await server.boot(V6)
      const rules = await lab.source.firewall.save()
      const args = [
        ...['--staging-subnet', 'fd00:20::/64', '--replication-server', STAGING.ipv6],
        ...['--only', 'firewall-1500'],
      ]
      const fixed = await lab.source.drsOnboard(['fix', '--yes', '--json', ...args])
      expect(appliedOf(reportOf(fixed))).toEqual([{result: 'kept', persists: true}])
      const edited = await server.read(V6)
      expect(additions(file, edited)).toEqual([
        [
          '-A OUTPUT -p tcp --dport 1500 -j DROP',
          expect.stringMatching(/^-A OUTPUT -d fd00:20::\/64 -p tcp .*-j ACCEPT$/),
        ],
      ])
      expect(await server.loadedAlone(V6)).toContain('-d fd00:20::/64')
      expect((await lab.source.drsOnboard(['undo', '--yes'])).code).toBe(0)
      expect(await server.read(V6)).toBe(file)
      expect(await lab.source.firewall.save()).toBe(rules)
    })
  }, ['setfattr', 'setfacl'])
})
