import {describe, expect, it} from 'vitest'
import {carried} from '../../../../src/platform/network/address.ts'
import {carriedServer} from '../../../../src/platform/network/dns/name-servers.ts'
import {classifyFailures, resolveHost} from '../../../../src/platform/network/dns/resolve.ts'
import {parseAhosts} from '../../../../src/platform/network/dns/this-host.ts'

const limits = {timeoutMs: 5_000, signal: new AbortController().signal}

describe('resolveHost', () => {
  it.each([
    ['192.0.2.7', 4],
    ['2001:db8::7', 6],
  ] as const)('takes the address %s as it is', async (address, family) => {
    expect(await resolveHost(address, limits)).toEqual({
      kind: 'resolved',
      addresses: [{address, family}],
      ms: 0,
    })
  })

  it.each(['::ffff:192.0.2.7', '::FFFF:C000:207', '0:0:0:0:0:ffff:192.0.2.7'])(
    'takes %s for IPv4',
    async address => {
      const {addresses} = (await resolveHost(address, limits)) as {addresses: unknown}
      expect(addresses).toEqual([{address: '192.0.2.7', family: 4}])
    },
  )

  it('rejects with the reason when the run was canceled', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'))
    await expect(resolveHost('name.example', {...limits, signal})).rejects.toThrow('cancelled')
  })
})

describe('addresses as connections are carried', () => {
  const v4 = {address: '192.0.2.7', family: 4} as const
  const v6 = {address: '2001:db8::7', family: 6} as const
  it.each([
    [[{address: '::ffff:192.0.2.7', family: 6}], [v4]],
    [
      [v6, {address: '::ffff:c000:207', family: 6}, v4],
      [v6, v4],
    ],
    [
      [v4, {address: '::FFFF:192.0.2.7', family: 6}, v6],
      [v4, v6],
    ],
    [[{address: 'fe80::1%eth0', family: 6}], [{address: 'fe80::1%eth0', family: 6}]],
    [[{address: '::192.0.2.7', family: 6}], [{address: '::192.0.2.7', family: 6}]],
  ] as const)('%j', (given, expected) => expect(carried(given)).toEqual(expected))

  it.each([
    ['::ffff:10.0.0.53', '10.0.0.53'],
    ['[::ffff:10.0.0.53]:5353', '10.0.0.53:5353'],
    ['::FFFF:a00:35', '10.0.0.53'],
    ['10.0.0.53:5353', '10.0.0.53:5353'],
    ['fd00::53', 'fd00::53'],
    ['[fd00::53]:5353', '[fd00::53]:5353'],
    ['fe80::1', 'fe80::1'],
  ])('the name server %s is %s', (given, expected) => expect(carriedServer(given)).toBe(expected))
})

describe('classifyFailures', () => {
  it.each([
    {errnos: ['ENOTFOUND', 'ENOTFOUND'], code: 'dns.not-found', errno: 'ENOTFOUND'},
    {errnos: ['ENODATA', 'ENODATA'], code: 'dns.not-found', errno: 'ENODATA'},
    {errnos: ['ETIMEOUT', 'ENOTFOUND'], code: 'dns.not-found', errno: 'ENOTFOUND'},
    {errnos: ['ETIMEOUT', 'ENODATA'], code: 'dns.timeout', errno: 'ETIMEOUT'},
    {errnos: ['ESERVFAIL', 'ENODATA'], code: 'dns.server-failure', errno: 'ESERVFAIL'},
    {errnos: ['EREFUSED', 'EREFUSED'], code: 'dns.server-failure', errno: 'EREFUSED'},
    {errnos: ['ECONNREFUSED', 'ECONNREFUSED'], code: 'dns.server-failure', errno: 'ECONNREFUSED'},
    {errnos: ['ESERVFAIL', 'ETIMEOUT'], code: 'dns.timeout', errno: 'ETIMEOUT'},
  ])('$errnos: $code', ({errnos, code, errno}) => {
    expect(classifyFailures(errnos)).toEqual({code, errno})
  })
})

describe('parseAhosts', () => {
  it('takes each address once, in the resolver’s order', () => {
    const output =
      '2001:db8::7     STREAM a.example\n2001:db8::7     DGRAM  \n192.0.2.7       STREAM \n192.0.2.7       RAW    \n'
    expect(parseAhosts(output)).toEqual([
      {address: '2001:db8::7', family: 6},
      {address: '192.0.2.7', family: 4},
    ])
  })

  it.each(['', '\n', 'no address\n'])('finds none in %j', output => {
    expect(parseAhosts(output)).toBeNull()
  })
})
