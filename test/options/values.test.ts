import {describe, expect, it, test} from 'vitest'
import {InvalidValue} from '../../src/contract/errors.ts'
import {parseCidr, parseHost, parseProxyUrl, parseServer, parseTimeout} from '../../src/options/values.ts'

describe('parseCidr', () => {
  it.each([
    ['10.20.0.0/16', '10.20.0.0/16'],
    ['10.20.3.4/16', '10.20.0.0/16'],
    [' 10.20.3.4/32 ', '10.20.3.4/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['fd00:20::/64', 'fd00:20::/64'],
    ['fd00:20::1/64', 'fd00:20::/64'],
    ['::ffff:10.20.0.0/112', '10.20.0.0/16'],
    ['::FFFF:A14:304/112', '10.20.0.0/16'],
    ['0:0:0:0:0:ffff:10.20.3.4/128', '10.20.3.4/32'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:0:0/95', '::fffe:0:0/95'],
    ['64:ff9b::10.20.0.0/112', '64:ff9b::a14:0/112'],
    ['126.0.0.0/7', '126.0.0.0/7'],
    ['::/0', '::/0'],
  ])('%s is %s', (text, cidr) => {
    expect(parseCidr(text)).toBe(cidr)
  })

  it.each([
    '',
    '10.20.0.0',
    '10.20.0.0/33',
    '10.20.0/16',
    '10.20.0.0/',
    '10.20.0.0/16/16',
    'fd00::/129',
    'x/8',
    '10.0.0.0/-1',
    '010.20.0.0/16',
    '::ffff:010.20.0.0/112',
    '10.20.0.0-10.20.0.9/16',
    'fe80::1%eth0/64',
  ])('refuses %j', text => {
    expect(() => parseCidr(text)).toThrow(InvalidValue)
  })

  it.each([
    ['10.20.0.0/16c', 'has a prefix length that is not a whole number'],
    ['10.20.0.0/1.5', 'has a prefix length that is not a whole number'],
    ['10.20.0.0/-1', 'has a prefix length that is not a whole number'],
    ['10.20.0.0/0x10', 'has a prefix length that is not a whole number'],
    ['10.20.0.0/ 16', 'has a prefix length that is not a whole number'],
    ['10.20.0.0/33', 'has a prefix length outside 0 to 32'],
    ['10.20.0.0/1000', 'has a prefix length outside 0 to 32'],
    ['fd00::/129', 'has a prefix length outside 0 to 128'],
    ['10.20.0.0/08', 'has a prefix length with a leading zero'],
    ['10.20.0.0/00', 'has a prefix length with a leading zero'],
    ['10.20.0.0/255.255.0.0', 'has a netmask instead of a prefix length'],
    ['10.20.0.0/', 'has no prefix length'],
    ['10.20.0.0', 'has no prefix length'],
    ['::', 'has no prefix length'],
    ['10.20.0.0/16/16', 'has more than one slash'],
    ['10.20.0.0//16', 'has more than one slash'],
    ['/24', 'is not a CIDR'],
    ['', 'is not a CIDR'],
    ['/', 'is not a CIDR'],
    ['10.20.0.0 /16', 'is not a CIDR'],
    ['10.20.0/16', 'is not a CIDR'],
    ['010.20.0.0/16', 'is not a CIDR'],
    ['[fd00::]/64', 'is not a CIDR'],
    ['staging.example/16', 'is not a CIDR'],
  ])('says of %j that it %s', (text, amiss) => {
    expect(() => parseCidr(text)).toThrow(`${amiss}: ${JSON.stringify(text)}; use a value like 10.20.0.0/16`)
  })
})

describe('addresses where no other host can be', () => {
  test.each([
    ['0.0.0.0/32', 'the unspecified address'],
    ['::/128', 'the unspecified address'],
    ['0.0.0.0/8', '"this network"'],
    ['0.1.2.0/24', '"this network"'],
    ['127.0.0.0/8', 'loopback'],
    ['::1/128', 'loopback'],
    ['169.254.0.0/16', 'link-local'],
    ['169.254.169.254/32', 'link-local'],
    ['fe80::/10', 'link-local'],
    ['fe80::/64', 'link-local'],
    ['224.0.0.0/4', 'multicast'],
    ['239.1.2.0/24', 'multicast'],
    ['ff02::/16', 'multicast'],
    ['240.0.0.0/4', 'reserved'],
    ['255.255.255.255/32', 'broadcast'],
    ['224.0.0.0/3', 'without any address of a host'],
    ['::ffff:127.0.0.0/104', 'loopback'],
    ['::ffff:224.0.0.0/100', 'multicast'],
  ])('the subnet %s', (text, kind) => {
    expect(() => parseCidr(text)).toThrow(InvalidValue)
    expect(() => parseCidr(text)).toThrow(kind)
  })

  test.each([
    ['0.0.0.0', 'the unspecified address'],
    ['0.0.0.0:1500', 'the unspecified address'],
    ['::', 'the unspecified address'],
    ['[::]:1500', 'the unspecified address'],
    ['::ffff:0.0.0.0', 'the unspecified address'],
    ['0.9.9.9', '"this network"'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254:1500', 'loopback'],
    ['[::1]:1500', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['[::ffff:7f00:1]:1500', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['[fe80::1%eth0]:1500', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['[ff02::1]:1500', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['localhost', 'a name of this host'],
    ['LOCALHOST:1500', 'a name of this host'],
    ['db.localhost', 'a name of this host'],
  ])('the server %s', (text, kind) => {
    expect(() => parseServer(text)).toThrow(InvalidValue)
    expect(() => parseServer(text)).toThrow(kind)
  })

  test.each(['127.1', '0x7f.1', '0x7f000001', '2130706433', 'x.0x1', 'db.127', '10.20.0.010'])(
    '%s is no name, since getaddrinfo(3) may read it as an address',
    text => {
      expect(() => parseServer(text)).toThrow('is not a host')
      expect(() => parseHost(text)).toThrow('is not a host name')
    },
  )

  test.each(['localhost', 'drs.localhost', '*.localhost'])('the endpoint %s', text => {
    expect(() => parseHost(text)).toThrow('a name of this host')
  })

  test.each([
    'http://0.0.0.0:3128/',
    'http://[::]:3128/',
    'http://224.0.0.1/',
    'http://[::ffff:e000:1]:3128/',
    'http://[ff02::1]/',
  ])('the proxy %s', text => expect(() => parseProxyUrl(text)).toThrow(/^cannot be /))

  test.each([
    'http://127.0.0.1:3128/',
    'http://localhost:3128/',
    'http://[::1]:3128/',
    'http://169.254.1.1:3128/',
  ])('a proxy may be on this host, or on its link: %s', text => expect(parseProxyUrl(text)).toBe(text))
})

describe('parseServer', () => {
  it.each([
    ['10.20.0.10:', 'has no port after the colon'],
    ['[fd00::10]:', 'has no port after the colon'],
    ['10.20.0.10:15oo', 'has a port that is not a number: "15oo"'],
    ['10.20.0.10:-1', 'has a port that is not a number: "-1"'],
    ['10.20.0.10:65536', 'has a port outside 1 to 65535: "65536"'],
    ['https://10.20.0.10:1500', 'is not a host'],
    ['10.20.0.10/32', 'is not a host'],
  ])('says of %j that it %s', (text, amiss) => {
    expect(() => parseServer(text)).toThrow(amiss)
  })

  it.each([
    ['10.20.0.10', '10.20.0.10', 1500],
    ['10.20.0.10:1501', '10.20.0.10', 1501],
    ['replicator.example.com', 'replicator.example.com', 1500],
    ['fd00::10', 'fd00::10', 1500],
    ['[fd00::10]', 'fd00::10', 1500],
    ['[fd00::10]:15000', 'fd00::10', 15000],
    ['::ffff:10.20.0.10', '10.20.0.10', 1500],
    ['::FFFF:a14:a', '10.20.0.10', 1500],
    ['0:0:0:0:0:ffff:10.20.0.10', '10.20.0.10', 1500],
    ['[::ffff:10.20.0.10]:1501', '10.20.0.10', 1501],
    ['64:ff9b::10.20.0.10', '64:ff9b::10.20.0.10', 1500],
    ['0x7f.example', '0x7f.example', 1500],
  ])('%s', (text, host, port) => {
    expect(parseServer(text)).toEqual({host, port})
  })

  it.each([
    '',
    ':1500',
    '10.20.0.10:',
    '10.20.0.10:0',
    '10.20.0.10:65536',
    '10.20.0.256',
    'a b',
    '[10.1.1.1]:5',
    'host:15x',
    'fd00::10%eth0',
    '[fd00::10%eth0]:1500',
    '10.20.0.10%eth0',
    '10.20.0.0/16',
    '10.20.0.1-10.20.0.9',
  ])('refuses %j', text => {
    expect(() => parseServer(text)).toThrow(InvalidValue)
  })
})

describe('the other values', () => {
  it('reads hosts, and refuses URLs and addresses', () => {
    expect(parseHost('VPCE-0.drs.eu-central-1.vpce.amazonaws.com')).toBe(
      'vpce-0.drs.eu-central-1.vpce.amazonaws.com',
    )
    for (const text of ['https://x.example.com', 'x.example.com/', '10.0.0.1', '']) {
      expect(() => parseHost(text)).toThrow(InvalidValue)
    }
  })

  it('reads seconds', () => {
    expect(parseTimeout('5')).toBe(5000)
    expect(parseTimeout('0.5')).toBe(500)
    for (const text of ['', '0', '-1', 'x', '601', 'Infinity'])
      expect(() => parseTimeout(text)).toThrow(InvalidValue)
  })

  it('never quotes a proxy URL back, since it may hold a password', () => {
    expect(parseProxyUrl('http://user:secret@proxy:3128/')).toBe('http://user:secret@proxy:3128/')
    for (const text of ['socks5://user:secret@proxy', 'user:secret@proxy:99', 'http://']) {
      expect(() => parseProxyUrl(text)).toThrow(InvalidValue)
      expect(() => parseProxyUrl(text)).not.toThrow(/secret/)
    }
  })
})
