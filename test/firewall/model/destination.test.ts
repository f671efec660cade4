import {isIPv6} from 'node:net'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import {describe, expect, test} from 'vitest'
import {
  cidrsOf,
  formatAddress,
  formatInterval,
  parseInterval,
  parseIpv4,
  parseIpv6,
} from '../../../src/firewall/model/address.ts'
import {
  canonicalDestination,
  isInSubnet,
  parseDestination,
  parseDestinationAddress,
} from '../../../src/firewall/model/destination.ts'
import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {dump, inShort, judge} from '../host.ts'

const read = (text: string) =>
  parseDestination(text)?.map(range => formatInterval(range.family, range)) ?? null

describe('addresses', () => {
  const pieces = ['0', 'ffff', '12345', 'g', ':', '::', '1.2.3.4', '01.2.3.4', '1.2.3', '256', '%', 'A14']

  test('IPv6 is read as inet_pton(3) does', () => {
    const texts = fc.array(fc.constantFrom(...pieces), {minLength: 1, maxLength: 15})
    fc.assert(
      fc.property(texts, fc.boolean(), (words, joined) => {
        const text = words.join(joined ? ':' : '')
        const value = parseIpv6(text)
        expect(value !== null).toBe(isIPv6(text) && !text.includes('%'))
        if (value !== null) expect(new URL(`http://[${text}]/`).hostname).toBe(canonical(value))
      }),
      {numRuns: 5_000},
    )
  })

  test('IPv6 is written as RFC 5952 recommends', () => {
    const group = fc.oneof(fc.constant(0), fc.nat(15), fc.nat(0xffff))
    fc.assert(
      fc.property(fc.array(group, {minLength: 8, maxLength: 8}), groups => {
        const value = groups.reduce((all, one) => (all << 16n) | BigInt(one), 0n)
        expect(formatAddress(6, value)).toBe(new ipaddr.IPv6(groups).toRFC5952String())
      }),
      {numRuns: 2_000},
    )
  })

  /** As the URL standard writes it: without a dotted quad. */
  const canonical = (value: bigint) => new URL(`http://[${formatAddress(6, value)}]/`).hostname

  test.each([
    '01.2.3.4',
    '1.2.3.04',
    '00.0.0.0',
    '0x1.2.3.4',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1..2.3',
    '',
  ])('%j is no IPv4 address', text => expect(parseIpv4(text)).toBeNull())

  test.each([
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['10.0.0.1-10.0.0.4', ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/32']],
    ['0.0.0.0-255.255.255.255', ['0.0.0.0/0']],
    ['::-::2', ['::/127', '::2/128']],
    ['::/0', ['::/0']],
  ])('%s in CIDRs', (text, expected) => {
    const range = parseInterval(text)
    expect(range && cidrsOf(range)).toEqual(expected)
  })
})

describe('an IPv4-mapped destination is IPv4', () => {
  test.each([
    ['::ffff:10.20.0.10', ['10.20.0.10']],
    ['::FFFF:a14:a', ['10.20.0.10']],
    ['0:0:0:0:0:ffff:10.20.0.10', ['10.20.0.10']],
    ['0000:0000:0000:0000:0000:FFFF:0a14:000a', ['10.20.0.10']],
    ['::ffff:10.20.0.0/112', ['10.20.0.0/16']],
    ['::ffff:10.20.3.4/112', ['10.20.0.0/16']],
    ['::ffff:0:0/96', ['0.0.0.0/0']],
    ['::ffff:10.20.0.10/128', ['10.20.0.10']],
    ['::ffff:10.20.0.1-::ffff:10.20.0.9', ['10.20.0.1-10.20.0.9']],
    ['::ffff:0:0/95', ['::fffe:0:0/96', '0.0.0.0/0']],
    ['::/0', ['::-::fffe:ffff:ffff', '0.0.0.0/0', '::1:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
    ['::ffff:255.255.255.255-::1:0:0:0', ['255.255.255.255', '::1:0:0:0']],
  ])('%s', (text, expected) => expect(read(text)).toEqual(expected))

  test.each([
    ['IPv4-compatible', '::10.20.0.10', '::a14:a'],
    ['NAT64', '64:ff9b::10.20.0.10', '64:ff9b::a14:a'],
    ['6to4', '2002:a14:a::1', '2002:a14:a::1'],
    ['translated (RFC 2765)', '::ffff:0:10.20.0.10', '::ffff:0:a14:a'],
    ['next to the mapped ones', '::fffe:10.20.0.10', '::fffe:a14:a'],
  ])('%s is IPv6', (_, text, expected) => {
    expect(read(text)).toEqual([expected])
    expect(canonicalDestination(text)).toBe(text)
  })

  test.each([
    ['fe80::1%eth0', 'fe80::1'],
    ['FE80::1%2', 'FE80::1'],
    ['febf::1%bond0.12', 'febf::1'],
  ])('the zone of %s is passed over', (text, expected) => {
    expect(canonicalDestination(text)).toBe(expected)
    expect(parseDestinationAddress(text)).toEqual({address: text, family: 6})
  })

  test.each([
    'fd00::10%eth0',
    '::ffff:10.20.0.10%eth0',
    '10.20.0.10%eth0',
    'fe80::1%',
    'fe80::1% ',
    'fe80::1%a/64',
  ])('%s is no destination', text => expect(read(text)).toBeNull())

  test.each(['::ffff:01.2.3.4', '::ffff:1.2.3', '::ffff:1.2.3.4/129', 'ffff:1.2.3.4', '[::ffff:1.2.3.4]'])(
    '%s neither',
    text => expect(read(text)).toBeNull(),
  )
})

test.each([
  ['10.20.0.0/16', '10.20.0.10', true],
  ['10.20.0.0/16', '::ffff:10.20.0.10', true],
  ['::ffff:10.20.0.0/112', '10.20.0.10', true],
  ['10.20.0.0/16', '10.21.0.10', false],
  ['fd00:20::/64', 'fd00:20::10', true],
  ['fd00:20::/64', '10.20.0.10', false],
  ['::/0', '10.20.0.10', true],
  ['10.20.0.0/16', 'replication.example', false],
])('in %s is %s: %s', (subnet, address, expected) => {
  expect(isInSubnet(subnet, address)).toBe(expected)
})

describe('the judge takes it for IPv4', () => {
  const blocked4 = dump('-A OUTPUT -d 10.20.0.0/16 -p tcp --dport 1500 -j DROP')
  const blocked6 = dump('-A OUTPUT -d ::ffff:10.20.0.0/112 -j DROP')
  const nftText = (rule: string) =>
    `table inet filter {\n\tchain out {\n\t\ttype filter hook output priority filter; policy accept;\n\t\t${rule}\n\t}\n}\n`
  const engines: readonly [string, Partial<LinuxFirewallState>, Partial<LinuxFirewallState>][] = [
    ['iptables-legacy', {iptablesLegacySave: blocked4}, {ip6tablesLegacySave: blocked6}],
    ['iptables-nft', {iptablesNftSave: blocked4}, {ip6tablesNftSave: blocked6}],
    [
      'native nf_tables',
      {nftText: nftText('ip daddr 10.20.0.0/16 drop')},
      {nftText: nftText('ip6 daddr ::ffff:10.20.0.0/112 drop')},
    ],
  ]
  const spellings = ['::ffff:10.20.0.10', '::FFFF:A14:A', '0:0:0:0:0:ffff:10.20.0.10', '::ffff:10.20.0.0/112']

  test.each(engines)('%s: rules of IPv4 stop it, those of IPv6 do not', (_, rules4, rules6) => {
    for (const to of spellings) {
      expect([to, judge(rules4, {to, port: 1500}).verdict]).toEqual([to, 'block'])
      expect([to, judge(rules6, {to, port: 1500}).verdict]).toEqual([to, 'allow'])
    }
  })

  test('a range beside others is judged by both', () => {
    const judged = judge(
      {iptablesLegacySave: blocked4, ip6tablesLegacySave: dump('-A OUTPUT -d 2000::/3 -j DROP')},
      {to: '::/0', port: 1500},
    )
    expect(inShort(judged)).toBe('block out-syn filter OUTPUT 1')
    expect(judged.parts.map(part => `${part.to}: ${inShort(part)}`)).toEqual([
      '::-::fffe:ffff:ffff,0.0.0.0-10.19.255.255,10.21.0.0-255.255.255.255,::1:0:0:0-1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,4000::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff: allow',
      '10.20.0.0/16: block out-syn filter OUTPUT 1',
      '2000::/3: block out-syn filter OUTPUT 1',
    ])
  })

  test('and has no parts where one answer holds for all', () => {
    const {verdict, parts} = judge({}, {to: '::ffff:0:0/95', port: 1500})
    expect([verdict, parts]).toEqual(['allow', []])
  })

  test('however it is spelled, the answer is that for IPv4', () => {
    const rules = {
      iptablesNftSave: dump(
        '-A OUTPUT -d 10.16.0.0/12 -j REJECT\n-A OUTPUT -p tcp --dport 443 -d 52.0.0.0/8 -j DROP\n-A INPUT -s 10.9.0.0/24 -j DROP',
      ),
      ip6tablesNftSave: dump(':OUTPUT DROP'),
    }
    const octet = fc.constantFrom(0, 9, 10, 16, 20, 31, 52, 255)
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), fc.integer({min: 4, max: 32}), (octets, length) => {
        const ipv4 = octets.join('.')
        const [a = 0, b = 0, c = 0, d = 0] = octets
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
        const expected = judge(rules, {to: `${ipv4}/${length}`})
        expect(judge(rules, {to: `::ffff:${ipv4}/${96 + length}`})).toEqual(expected)
        expect(judge(rules, {to: `${hex}/${96 + length}`})).toEqual(expected)
      }),
    )
  })
})
