import {describe, expect, it} from 'vitest'
import {NO_PERSISTENCE, type Persistence} from '../../../../src/firewall/state/managers.ts'
import {type Need, planRepair} from '../planned.ts'
import {stateOf, TOOLS} from '../states.ts'

const NEED: Need = {check: 'firewall-443', port: 443, to: ['198.51.100.10'], destination: null}
const CONF = '/etc/nftables.conf'

const LISTED = `table inet filter {
	chain output {
		type filter hook output priority filter; policy accept;
		oifname "lo" accept
		ct state established,related accept
		tcp dport { 22, 80 } counter packets 7 bytes 420 accept
		reject with icmpx admin-prohibited
	}
}
`

/** What is written to which file, before which of its lines, and how that is tested; or the advice there is instead. */
function lastingOf(
  files: Readonly<Record<string, string>>,
  listed = LISTED,
  persistence: Partial<Persistence> = {},
) {
  const {remedies} = planRepair(stateOf({nftText: listed}), TOOLS, NEED, {
    persistence: {...NO_PERSISTENCE, manager: 'nftables.service', files, ...persistence},
  })
  const [remedy] = remedies
  if (remedy?.lastingAdvice !== undefined) return remedy.lastingAdvice
  return remedy?.steps
    .filter(({lasting}) => lasting)
    .map(({do: [program, ...args], edits, test}) => {
      expect(program).toBe('sed')
      const [, number, inserted] = /^(\d+)s\/.*\$\/(.*)\\n&\/$/.exec(args[3] ?? '') ?? []
      const line = inserted?.replaceAll('\\/', '/').replace(remedy.id, 'ID')
      return {path: edits, before: Number(number), line, test: test?.join(' ')}
    })
}

const RULE = 'tcp dport 443 accept comment "drs-onboard:ID"'

describe('a repair of nf_tables that lasts', () => {
  it.each<[string, string, {before: number; line: string}]>([
    [
      'is written before the same rule, however that is spelled',
      `#!/usr/sbin/nft -f
flush ruleset

table inet filter { # the only one
  chain output {
    type filter hook output priority 0; policy accept;
    oifname lo accept # loopback
    ct state { related, established } accept
    tcp dport {ssh,
      80} \\
      counter accept
    reject with icmpx type admin-prohibited comment "the rest"
  }
}
`,
      {before: 12, line: `    ${RULE}`},
    ],
    [
      'finds its rule behind variables, and beside a chain of the same name in another table',
      `define OPEN = { 22, 80 }
table ip filter {
	chain output {
		reject
	}
}
table inet filter {
	set s {
		type ipv4_addr
		elements = { 10.0.0.1,
			10.0.0.2 }
	}
	chain output {
		type filter hook output priority filter
		policy accept
		oifname "lo" accept
		ct state established,related accept
		tcp dport $OPEN counter accept
		reject with icmpx admin-prohibited
	}
}
`,
      {before: 19, line: `\t\t${RULE}`},
    ],
    [
      'is a command among commands',
      `add table inet filter
add chain inet filter output { type filter hook output priority 0; }
add rule inet filter output oifname lo accept
add rule inet filter output ct state established,related accept
add rule inet filter output tcp dport { 22, 80 } counter accept
add rule inet filter output reject with icmpx type admin-prohibited
`,
      {before: 6, line: `add rule inet filter output ${RULE}`},
    ],
  ])('%s', (_name, text, {before, line}) => {
    expect(lastingOf({[CONF]: text})).toEqual([{path: CONF, before, line, test: `nft -c -f ${CONF}`}])
  })

  const chain = (...lines: readonly string[]) =>
    `table inet filter {\n\tchain output {\n${lines.map(line => `\t\t${line}\n`).join('')}\t}\n}\n`
  const header = 'type filter hook output priority filter; policy drop;'

  it('goes to the end of a chain whose policy blocks', () => {
    const text = chain(header, 'oifname "lo" accept')
    const expected = {path: CONF, before: 5, line: `\t\t${RULE}`, test: `nft -c -f ${CONF}`}
    expect(lastingOf({[CONF]: text}, text)).toEqual([expected])
  })

  it('goes to the file that is included, and is tested with the one that includes it', () => {
    const root = '/etc/sysconfig/nftables.conf'
    const files = {
      [root]: 'include "/etc/nftables/*.nft"\n',
      '/etc/nftables/main.nft': LISTED,
      '/etc/nftables/old.nft.bak': LISTED,
    }
    const [step] = lastingOf(files) ?? []
    expect(step).toMatchObject({path: '/etc/nftables/main.nft', before: 7, test: `nft -c -f ${root}`})
  })

  it('takes the rule of the same number where several are alike', () => {
    const twice = chain(
      'type filter hook output priority filter; policy accept;',
      'tcp dport 443 drop',
      'tcp dport 443 drop',
    )
    expect(lastingOf({[CONF]: twice}, twice)).toMatchObject([{before: 4}])
  })

  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['there is no file', {}, /no chain output of table inet filter was found/],
    ['the file does not hold the rule', {[CONF]: chain(header, 'tcp dport 443 drop')}, /is not certain/],
    [
      'two files hold the chain',
      {[CONF]: LISTED, '/etc/sysconfig/nftables.conf': LISTED},
      /is in .* and in /,
    ],
    [
      'the file rewrites rules',
      {[CONF]: `${LISTED}delete rule inet filter output handle 4\n`},
      /also removes or moves rules/,
    ],
    [
      'the file is elsewhere than in /etc',
      {[CONF]: 'include "/srv/rules/*.nft"\n', '/srv/rules/main.nft': LISTED},
      /it is in \/srv\/rules\/main\.nft, which this tool does not edit\.$/,
    ],
    ['the file starts over behind it', {[CONF]: `${LISTED}flush ruleset\n`}, /also removes or moves rules/],
    [
      'the rule shares its line with another',
      {[CONF]: chain(header, 'oifname "lo" accept; reject with icmpx admin-prohibited')},
      /is not certain/,
    ],
    [
      'two rules may be the one that blocks',
      {[CONF]: LISTED.replace(/\t\treject.*\n/, '$&$&')},
      /is not certain/,
    ],
  ])('is left to the administrator where %s', (_name, files, reason) => {
    expect(lastingOf(files)).toMatch(reason)
    expect(lastingOf(files)).toMatch(/^Add `tcp dport 443 accept comment "drs-onboard:open-443-\w+"` /)
  })

  it('is left to the administrator where an edit would harm the file', () => {
    const uneditable = {[CONF]: 'it has 3 hard links, which an edit would separate'}
    expect(lastingOf({[CONF]: LISTED}, LISTED, {uneditable})).toMatch(
      /^Add `tcp dport 443 accept comment "drs-onboard:open-443-\w+"` before line 7 of \/etc\/nftables\.conf by hand: the file is not edited, because it has 3 hard links, which an edit would separate\.$/,
    )
  })

  it('is left to the administrator where somebody else keeps rules, but not these', () => {
    expect(lastingOf({[CONF]: LISTED}, LISTED, {manager: 'netfilter-persistent'})).toMatch(
      /netfilter-persistent does not load it\.$/,
    )
  })
})
