import {describe, expect, it} from 'vitest'
import type {Step} from '../../../../src/contract/remedy.ts'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import {NO_PERSISTENCE} from '../../../../src/firewall/state/managers.ts'
import {NFT_SITUATIONS, type NftSituation} from '../nft-situations.ts'
import {type Need, planRepair} from '../planned.ts'
import {stateOf, TOOLS} from '../states.ts'

function needOf({port, family}: Pick<NftSituation, 'port' | 'family'>): Need {
  if (port === 443) {
    const to = family === 4 ? ['198.51.100.10', '198.51.100.20'] : ['2001:db8:51::10']
    return {check: 'firewall-443', port, to, destination: null}
  }
  const subnet = family === 4 ? '10.20.0.0/16' : 'fd00:20::/64'
  return {check: 'firewall-1500', port, to: [subnet], destination: subnet}
}

/** `FAMILY TABLE CHAIN NUMBER RULE`, with the number for the index that stands where no handle is known. */
function placed({do: [program, ...args]}: Step): string {
  const line = args.join(' ').replace(/ (?:-m )?(?:--)?comment .*$/, '')
  if (program !== 'nft') return line.replace('-w 5 -I ', '')
  const appended = /^add rule (\S+ \S+ \S+) (.*)$/.exec(line)
  if (appended) return `${appended[1]} end ${appended[2]}`
  const inserted = /^insert rule (\S+ \S+ \S+) index (\d+) (.*)$/.exec(line)
  return inserted ? `${inserted[1]} ${Number(inserted[2]) + 1} ${inserted[3]}` : line
}

describe('planRepair of nf_tables', () => {
  it.each(NFT_SITUATIONS)('$name', situation => {
    const state = stateOf({nftText: situation.ruleset, iptablesNftSave: situation.save ?? null})
    const {remedies, unfixable} = planRepair(state, TOOLS, needOf(situation))
    expect(unfixable).toBeNull()
    expect(remedies[0]?.steps.map(placed)).toEqual(situation.steps)
    expect(remedies[0]?.risk).toBe(situation.risk ?? 'additive')
  })

  const NEED: Need = {check: 'firewall-443', port: 443, to: ['198.51.100.10'], destination: null}

  const json = JSON.stringify({
    nftables: [
      {table: {family: 'inet', name: 'filter', handle: 1}},
      {
        chain: {
          ...{family: 'inet', table: 'filter', name: 'output', handle: 2},
          ...{type: 'filter', hook: 'output', prio: 0, policy: 'accept'},
        },
      },
      {rule: {family: 'inet', table: 'filter', chain: 'output', handle: 7, expr: [{counter: null}]}},
      {rule: {family: 'inet', table: 'filter', chain: 'output', handle: 4, expr: [{drop: null}]}},
    ],
  })

  it('goes by the handle of the rule that blocks, and is found and reverted by its comment', () => {
    const [remedy] = planRepair(stateOf({nftJson: json}), TOOLS, NEED).remedies
    const comment = `comment "drs-onboard:${remedy?.id}"`
    expect(remedy?.steps).toEqual([
      {
        title: 'Accept TCP 443 out before rule 2 of output (table inet filter, nft)',
        do: ['nft', `insert rule inet filter output position 4 tcp dport 443 accept ${comment}`],
        undo: ['nft', 'delete', 'rule', 'inet', 'filter', 'output', 'handle', '{handle}'],
        alreadyDone: ['nft', '-a', 'list', 'chain', 'inet', 'filter', 'output'],
        mark: comment,
        persists: false,
      },
    ])
  })

  it('gives each rule of a remedy a comment of its own', () => {
    const situation = NFT_SITUATIONS.find(({name}) => name === 'two tables, one behind the other')
    const [remedy] = planRepair(stateOf({nftText: situation?.ruleset ?? ''}), TOOLS, NEED).remedies
    const id = `drs-onboard:${remedy?.id}`
    expect(remedy?.steps.map(({mark}) => mark)).toEqual([`comment "${id}"`, `comment "${id}.2"`])
  })

  it('tells remedies of one chain apart by their rules', () => {
    const state = stateOf({nftJson: json})
    const idFor = (destination: string) =>
      planRepair(state, TOOLS, {check: 'firewall-1500', port: 1500, to: [destination], destination})
        .remedies[0]?.id
    expect(idFor('10.20.0.0/16')).not.toBe(idFor('10.30.0.0/16'))
    expect(idFor('10.20.0.0/16')).toBe(idFor('10.20.0.0/16'))
  })

  it('limits a rule to one address as nft prints it, and to nothing where the destination is anything', () => {
    const rule = (destination: string) =>
      planRepair(stateOf({nftJson: json}), TOOLS, {
        check: 'firewall-1500',
        port: 1500,
        to: ['10.20.0.5'],
        destination,
      }).remedies[0]?.steps[0]?.do[1]
    expect(rule('10.20.0.5/32')).toContain('position 4 ip daddr 10.20.0.5 tcp dport 1500 accept')
    expect(rule('0.0.0.0/0')).toContain('position 4 tcp dport 1500 accept')
  })

  it('edits a table of iptables that only nft can print', () => {
    const ruleset =
      'table ip filter {\n\tchain OUTPUT {\n\t\ttype filter hook output priority filter; policy accept;\n\t\tip daddr 198.51.100.0/24 log prefix "x" drop\n\t}\n}\n'
    const state = stateOf({
      nftText: ruleset,
      iptablesNftSave: "# Table `filter' is incompatible, use 'nft' tool.\n",
    })
    expect(compileFirewall(state).judge({to: '198.51.100.10', port: 443}).blocker?.engine).toBe(
      'iptables-nft',
    )
    const [remedy] = planRepair(state, TOOLS, NEED).remedies
    expect(remedy?.steps.map(placed)).toEqual(['ip filter OUTPUT 1 tcp dport 443 accept'])
  })

  const text = (rule: string, policy = 'accept') =>
    `table inet filter {\n\tchain output {\n\t\ttype filter hook output priority filter; policy ${policy};\n\t\t${rule}\n\t}\n}\n`

  it.each([
    [{nftJson: json}, 'unknown'],
    [
      {nftText: text('tcp dport 443 counter packets 3 bytes 4 drop comment "counter packets 1 bytes 2"')},
      'rule tcp dport 443 counter drop comment "counter packets 1 bytes 2"',
    ],
    [{nftText: text('log prefix "x"\n\t\ttcp dport 443 drop')}, 'rule tcp dport 443 drop'],
    [{nftText: text('udp dport 53 accept', 'drop')}, 'policy'],
  ])('adds it at boot before the rule that blocks, as nft prints that without its state', (given, before) => {
    const persistence = {...NO_PERSISTENCE, systemd: true, mayAddUnit: true, programs: {nft: '/usr/sbin/nft'}}
    const [remedy] = planRepair(stateOf(given), TOOLS, NEED, {persistence}).remedies
    expect(remedy?.steps.at(-1)?.input).toContain(
      [
        ...['', 'nft /usr/sbin/nft', 'family inet', 'table filter', 'chain output', `before ${before}`],
        `mark drs-onboard:${remedy?.id}`,
        `word tcp dport 443 accept comment "drs-onboard:${remedy?.id}"`,
        'add\n',
      ].join('\n'),
    )
  })

  const drops = (table: string) =>
    `table ${table} {\n\tchain output {\n\t\ttype filter hook output priority filter; policy accept;\n\t\ttcp dport 443 drop\n\t}\n}\n`

  it.each([
    ['inet firewalld', 'which firewalld manages'],
    [
      'ip crowdsec',
      'in a table that CrowdSec rewrites at any time; allow TCP 443 to 198.51.100.10 in CrowdSec',
    ],
    ['inet f2b-table', 'fail2ban'],
    ['ip kube-proxy', 'kube-proxy'],
  ])('leaves table %s to its owner', (table, sentence) => {
    const {remedies, unfixable} = planRepair(stateOf({nftText: drops(table)}), TOOLS, NEED)
    expect(remedies).toEqual([])
    expect(unfixable).toContain(sentence)
    expect(unfixable).toMatch(/then check again\.$/)
  })

  it('goes by what was asked for where the address is translated', () => {
    const state = stateOf({
      nftText:
        'table ip nat {\n\tchain output {\n\t\ttype nat hook output priority dstnat; policy accept;\n\t\ttcp dport 443 dnat to 192.0.2.9:8443\n\t}\n}\ntable inet filter {\n\tchain output {\n\t\ttype filter hook output priority filter; policy accept;\n\t\ttcp dport 8443 drop\n\t}\n}\n',
    })
    const [remedy] = planRepair(state, TOOLS, NEED).remedies
    expect(remedy?.steps.map(placed)).toEqual([
      'inet filter output 1 meta l4proto tcp ct direction original ct original proto-dst 443 accept',
    ])
    expect(remedy?.risk).toBe('disruptive')
  })

  const limits = (table: string) =>
    `${drops('inet filter')}table ${table} {\n\tchain late {\n\t\ttype filter hook output priority filter + 10; policy accept;\n\t\tlimit rate over 5/second drop\n\t}\n}\n`

  it('goes past what may stop the connection behind what does', () => {
    const [remedy] = planRepair(stateOf({nftText: limits('inet rates')}), TOOLS, NEED).remedies
    expect(remedy?.steps.map(placed)).toEqual([
      'inet filter output 1 tcp dport 443 accept',
      'inet rates late 1 tcp dport 443 accept',
    ])
    expect(remedy?.why).toMatch(/^Blocked by rule 1 of output .*, then perhaps by rule 1 of late /)
  })

  it('plans nothing where nothing surely stops the connection', () => {
    const state = stateOf({nftText: limits('inet rates').replace('tcp dport 443 drop', 'accept')})
    expect(planRepair(state, TOOLS, NEED).remedies).toEqual([])
  })

  it('says so where the rules alone do not tell whether it would help', () => {
    const {remedies, unfixable} = planRepair(stateOf({nftText: limits('ip crowdsec')}), TOOLS, NEED)
    expect(remedies).toEqual([])
    expect(unfixable).toMatch(
      /^Past the rules that certainly block TCP 443 to .* depends on `limit rate over/,
    )
  })

  it('asks for nft where it is missing', () => {
    const {unfixable} = planRepair(stateOf({nftText: drops('inet a')}), {...TOOLS, nft: null}, NEED)
    expect(unfixable).toMatch(/install nftables, then check again\.$/)
  })
})
