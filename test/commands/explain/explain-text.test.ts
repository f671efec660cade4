import {describe, expect, test} from 'vitest'
import {explainText} from '../../../src/commands/explain/text.ts'
import type {Look} from '../../../src/commands/terminal.ts'
import type {Probe} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, HOST, TO_443} from '../../firewall/host.ts'

const PLAIN: Look = {columns: 80, color: false, unicode: false}

function explained(
  rules: string,
  {
    probe = {},
    look = {},
    state = {},
  }: {
    probe?: Partial<Probe>
    look?: Partial<Look>
    state?: Partial<LinuxFirewallState>
  } = {},
): string {
  const captured = {...HOST, iptablesNftSave: dump(rules), ...state}
  const firewall = compileFirewall(captured)
  const asked = {...TO_443, ...probe}
  return explainText(
    {state: captured, firewall, probe: asked, judgement: firewall.judge(asked)},
    {...PLAIN, ...look},
  )
}

const RULES = `:OUTPUT DROP
-A OUTPUT -p udp -j ACCEPT
-A OUTPUT -p tcp --dport 22 -j ACCEPT
-A OUTPUT -j CHECKS
-A OUTPUT -p tcp --dport 443 -m limit --limit 5/min -j LOG
-A OUTPUT -p tcp --dport 443 -m comment --comment "web is not for servers, ask the network team first" -j REJECT
-A OUTPUT -p tcp --dport 444 -j ACCEPT
-A CHECKS -m owner --uid-owner 0 -j RETURN`

describe('explainText', () => {
  test('walks the packet to the rule that stops it', () => {
    expect(
      explained(RULES),
    ).toBe(`TCP 443 to 52.95.110.1, judged by the rules captured at 2026-03-04T10:30:00Z
BLOCK    iptables (nf_tables): rule 5 of chain OUTPUT in table filter rejects
         the connection request: -A OUTPUT -p tcp --dport 443 -m comment
         --comment "web is not for servers, ask the network team first" -j
         REJECT

Connection request (SYN), out of this host
  iptables-nft ip filter OUTPUT (hook output, priority 0)
        ... 2 rules that do not match
      3 matches     -A OUTPUT -j CHECKS
        chain CHECKS
          1 matches     -A CHECKS -m owner --uid-owner 0 -j RETURN
      4 may match   -A OUTPUT -p tcp --dport 443 -m limit --limit 5/min -j LOG
    > 5 matches     -A OUTPUT -p tcp --dport 443 -m comment --comment "web is
                    not for servers, ask the network team first" -j REJECT
      6 not reached -A OUTPUT -p tcp --dport 444 -j ACCEPT
    ==> BLOCKED here by rule 5 of OUTPUT (reject)
`)
  })

  test('says of every packet that gets through who accepted it', () => {
    const text = explained('-A OUTPUT -p tcp --dport 443 -j ACCEPT')
    expect(text).toContain('ALLOW    No rule on this host blocks it.')
    expect(text).toContain('--> accepted by rule 1 of OUTPUT')
    expect(text).toContain('--> accepted by the policy (-P INPUT ACCEPT)')
    expect(text).toContain('Acknowledgement (ACK), Data, in to this host')
    expect(text).not.toContain('==>')
  })

  test('names what leaves it open', () => {
    const text = explained('-A OUTPUT -p tcp --dport 443 -m recent --update --seconds 60 -j DROP')
    expect(text).toContain('UNKNOWN')
    expect(text).toMatch(/> 1 may match +-A OUTPUT -p tcp --dport 443 -m recent/)
    expect(text).toContain('==> cannot be decided: it depends on rule 1 of OUTPUT (drop)')
  })

  test('lists the parts of a range, worst first, and walks to the worst', () => {
    const text = explained(':OUTPUT DROP\n-A OUTPUT -d 10.20.0.0/17 -j ACCEPT', {
      probe: {to: '10.20.0.0/16', port: 1500},
    })
    expect(text).toContain('The range is split into 2 parts:')
    expect(text.indexOf('10.20.128.0/17\n    BLOCK')).toBeLessThan(text.indexOf('10.20.0.0/17\n    ALLOW'))
    expect(text.indexOf('10.20.128.0/17\n    BLOCK')).toBeGreaterThan(0)
    expect(text).toContain('The path to 10.20.128.0, which represents the worst part:')
    expect(text).toContain('==> BLOCKED here by the policy (-P OUTPUT DROP)')
  })

  test('walks to the first address of a range that behaves as one', () => {
    const text = explained('-A OUTPUT -j DROP', {probe: {to: '10.20.0.0/16', port: 1500}})
    expect(text).toContain('The path to 10.20.0.0, which represents the whole range:')
    expect(text).toContain('==> BLOCKED here by rule 1 of OUTPUT (drop)')
  })

  test('says whose connection it is, and what was not read', () => {
    const text = explained('', {
      probe: {uid: 998},
      state: {iptablesLegacySave: null, unreadable: {iptablesLegacySave: 'needs root'}},
    })
    expect(text).toContain('from uid 998')
    expect(text).toContain('Not read  iptablesLegacySave: needs root')
    expect(text).toContain('==> cannot be decided: it depends on "iptables-legacy-save could not')
    expect(text).toContain('> ? unclear     iptables-legacy-save could not be read')
  })

  test('says that nothing is in the way where there are no rules', () => {
    expect(explained('', {state: {iptablesNftSave: ''}})).toContain('No firewall rule applies to it.')
  })

  test('lets nothing through that a terminal would act on', () => {
    const evil = '-A OUTPUT -m comment --comment "\u001b[2J\u202e" -j DROP'
    const text = explained(evil, {probe: {program: 'a\u001b[31mb'}, look: {color: false}})
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(text).toContain('\\u{1b}[2J')
  })

  test('is coloured and has glyphs only where asked', () => {
    const coloured = explained(RULES, {look: {color: true, unicode: true}})
    expect(coloured).toContain('\u001b[')
    expect(coloured).toContain('…')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of.
    const bare = coloured.replace(/\u001b\[\d+m/g, '').replaceAll('…', '...')
    expect(bare).toBe(explained(RULES))
    expect(explained(RULES)).toMatch(/^[\n\x20-\x7e]*$/)
  })

  test.each([40, 60, 120])('fits %i columns, words apart', columns => {
    const long = explained(RULES, {look: {columns}})
      .split('\n')
      .filter(line => line.length > columns)
    // The narrowest text column is 20 characters wide, whatever stands before it.
    expect(long.filter(line => line.trimStart().length > 34)).toEqual([])
    if (columns >= 60) expect(long).toEqual([])
  })
})
