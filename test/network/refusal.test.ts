import {expect, it} from 'vitest'
import {readIcmp, readIcmp6} from '../../src/platform/network/refusal.ts'

it('reads the counter of unreachable destinations', () => {
  const snmp =
    'Ip: Forwarding\nIp: 1\nIcmp: InMsgs InErrors InDestUnreachs OutMsgs\nIcmp: 9 0 7 1\nTcp: InDestUnreachs\nTcp: 5\n'
  expect(readIcmp(snmp)).toBe(7)
  expect(readIcmp6('Ip6InReceives 4\nIcmp6InDestUnreachs             \t3\n')).toBe(3)
})

it.each(['', 'Icmp: InMsgs\nIcmp: 1\n', 'Icmp: InDestUnreachs\n', 'garbage\0'])(
  'makes nothing of %j',
  text => {
    expect(readIcmp(text)).toBeNull()
    expect(readIcmp6(text)).toBeNull()
  },
)
