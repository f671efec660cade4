import {describe, expect, it} from 'vitest'
import {
  InvalidValue,
  parseCidr,
  parseHost,
  parseProxyUrl,
  parseServer,
  parseTimeout,
} from '../../src/options/values.ts'

describe('parseCidr', () => {
  it.each([
    ['10.20.0.0/16', '10.20.0.0/16'],
    ['10.20.3.4/16', '10.20.0.0/16'],
    [' 10.20.3.4/32 ', '10.20.3.4/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['fd00:20::/64', 'fd00:20::/64'],
    ['fd00:20::1/64', 'fd00:20::/64'],
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
  ])('refuses %j', text => {
    expect(() => parseCidr(text)).toThrow(InvalidValue)
  })
})

describe('parseServer', () => {
  it.each([
    ['10.20.0.10', '10.20.0.10', 1500],
    ['10.20.0.10:1501', '10.20.0.10', 1501],
    ['replicator.example.com', 'replicator.example.com', 1500],
    ['fd00::10', 'fd00::10', 1500],
    ['[fd00::10]', 'fd00::10', 1500],
    ['[fd00::10]:15000', 'fd00::10', 15000],
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
