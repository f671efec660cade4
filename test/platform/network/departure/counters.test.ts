import {describe, expect, it} from 'vitest'
import {
  between,
  type Counters,
  parseDevices,
  parseSnmp,
  parseSnmp6,
} from '../../../../src/platform/network/departure/counters.ts'

describe('reads', () => {
  it('the counters of IPv4', () => {
    const {ip, unreachables} = parseSnmp(
      'Ip: Forwarding InReceives OutRequests\nIp: 1 40 30\nIcmp: InMsgs InErrors InDestUnreachs OutMsgs\nIcmp: 9 0 7 1\nTcp: InDestUnreachs\nTcp: 5\n',
    )
    expect([ip.get('InReceives'), ip.get('OutRequests'), ip.get('OutTransmits')]).toEqual([40, 30, undefined])
    expect(unreachables).toBe(7)
  })

  it('those of IPv6', () => {
    const {ip, unreachables} = parseSnmp6('Ip6InReceives 4\nIcmp6InDestUnreachs             \t3\n')
    expect(ip.get('InReceives')).toBe(4)
    expect(unreachables).toBe(3)
  })

  it('those of interfaces', () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     120       2    0    0    0     0          0         0      120       2    0    0    0     0       0          0
br-0a.1:    500       5    0    0    0     0          0         0      700       7    0    0    0     0       0          0
`
    expect([...parseDevices(text)]).toEqual([
      ['lo', 4],
      ['br-0a.1', 12],
    ])
  })

  it.each(['', 'Icmp: InMsgs\nIcmp: 1\n', 'Icmp: InDestUnreachs\n', 'garbage\0'])(
    'nothing out of %j',
    text => {
      expect(parseSnmp(text).unreachables).toBeNull()
      expect(parseSnmp6(text).unreachables).toBeNull()
      expect(parseDevices(text).size).toBe(0)
    },
  )
})

describe('what moved between two readings', () => {
  const counters = (
    ip: Readonly<Record<string, number>>,
    devices: Readonly<Record<string, number>> = {},
  ): Counters => ({
    ip: new Map(Object.entries(ip)),
    unreachables: 0,
    devices: new Map(Object.entries(devices)),
  })
  const none = {OutRequests: 0, OutTransmits: 0, InReceives: 0, InDelivers: 0, ForwDatagrams: 0}
  const moved = (after: Readonly<Record<string, number>>) =>
    between(counters(none), counters({...none, ...after}))

  it('is what was neither sent nor delivered', () => {
    expect(moved({OutRequests: 5, OutTransmits: 3, InReceives: 9, InDelivers: 8})).toMatchObject({
      keptBack: 2,
      notDelivered: 1,
    })
  })

  it('does not take what is forwarded for it', () => {
    expect(moved({OutTransmits: 4, ForwDatagrams: 4, InReceives: 4})).toMatchObject({
      keptBack: 0,
      notDelivered: 0,
    })
  })

  it('is not known where the kernel does not count it, or took packets apart', () => {
    const {OutTransmits: _, ...before66} = none
    expect(between(counters(before66), counters({...before66, OutRequests: 2}))).toMatchObject({
      keptBack: null,
    })
    expect(between(counters({...none, FragCreates: 0}), counters({...none, FragCreates: 2}))).toMatchObject({
      keptBack: null,
      notDelivered: 0,
    })
    expect(between(counters({...none, ReasmReqds: 0}), counters({...none, ReasmReqds: 2}))).toMatchObject({
      keptBack: 0,
      notDelivered: null,
    })
  })

  it('names the interfaces that it moved on, new ones too', () => {
    const after = counters(none, {lo: 4, eth0: 9, tun0: 1})
    expect(between(counters(none, {lo: 4, eth0: 7}), after).devices).toEqual(['eth0', 'tun0'])
  })
})
