import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import {describe, expect, it} from 'vitest'
import {anyPeer, anyPublicPeer, peersOfSubnet} from '../../../src/checks/firewall/targets.ts'

const covers = (cidrs: readonly string[], address: string) =>
  cidrs.filter(cidr => ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(cidr))).length

describe('anyPublicPeer', () => {
  const cidrs = anyPublicPeer(['203.0.113.9'])

  it.each([
    '52.95.110.1',
    '1.0.0.1',
    '172.15.255.255',
    '172.32.0.0',
    '192.169.0.0',
    '223.255.255.255',
    '203.0.113.8',
  ])('has %s once', address => {
    expect(covers(cidrs, address)).toBe(1)
  })

  it.each([
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.1.1',
    '172.16.0.1',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '203.0.113.9',
  ])('has not %s', address => {
    expect(covers(cidrs, address)).toBe(0)
  })
})

describe('anyPeer', () => {
  it('is disjoint, and leaves out only what it should', () => {
    const own = ['10.9.0.2', '192.0.2.7']
    const cidrs = anyPeer(own)
    fc.assert(
      fc.property(fc.ipV4(), address => {
        const first = Number(address.split('.')[0])
        const special =
          first === 0 ||
          first === 127 ||
          first >= 224 ||
          address.startsWith('169.254.') ||
          own.includes(address)
        expect(covers(cidrs, address)).toBe(special ? 0 : 1)
      }),
      {
        examples: [
          ['10.9.0.2'],
          ['10.9.0.3'],
          ['192.0.2.7'],
          ['0.0.0.0'],
          ['255.255.255.255'],
          ['169.253.255.255'],
        ],
      },
    )
  })

  it('ignores addresses of the other family', () => {
    expect(anyPeer(['fd00::1'])).toEqual(anyPeer([]))
  })
})

describe('peersOfSubnet', () => {
  it.each([
    ['10.20.0.0/16', ['10.20.0.0/16']],
    ['fd00:20::/64', ['fd00:20::/64']],
    ['126.0.0.0/7', ['126.0.0.0/8']],
    ['224.0.0.0/4', []],
    ['fe00::/8', ['fe00::/9', 'fec0::/10']],
  ])('%s: %j', (subnet, expected) => expect(peersOfSubnet(subnet)).toEqual(expected))

  it('leaves loopback, multicast and the like out of everything', () => {
    expect(peersOfSubnet('0.0.0.0/0')).toEqual(anyPeer([]))
  })

  it('judges the IPv4-mapped part of a range of IPv6 as IPv4', () => {
    expect(peersOfSubnet('::ffff:0:0/95')).toEqual(['::fffe:0:0/96', ...anyPeer([])])
    expect(peersOfSubnet('::/0')).toEqual(expect.arrayContaining(['2000::/3', ...anyPeer([])]))
  })
})
