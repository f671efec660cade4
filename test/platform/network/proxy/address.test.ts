import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {bypassesProxy, parseProxy, redactProxy} from '../../../../src/platform/network/proxy/address.ts'

describe('parseProxy', () => {
  it.each([
    [
      'http://proxy.example:3128/',
      {secure: false, host: 'proxy.example', port: 3128, authorization: null, trailingSlash: true},
    ],
    ['https://proxy.example:3128', {secure: true, port: 3128, trailingSlash: false}],
    ['http://proxy.example/', {port: 80}],
    ['https://proxy.example/', {port: 443}],
    ['http://[2001:db8::1]:3128/', {host: '2001:db8::1', port: 3128}],
    ['http://[::ffff:10.30.0.8]:3128/', {host: '10.30.0.8', port: 3128}],
    ['http://[::FFFF:a1e:8]:3128/', {host: '10.30.0.8'}],
    ['http://[64:ff9b::a1e:8]:3128/', {host: '64:ff9b::a1e:8'}],
    ['http://user:p%40ss@proxy.example:3128/', {authorization: `Basic ${btoa('user:p@ss')}`}],
    ['HTTP://user@proxy.example:3128/', {authorization: `Basic ${btoa('user:')}`}],
  ])('reads %s', (url, expected) => {
    expect(parseProxy(url)).toMatchObject(expected)
  })

  it.each([
    '',
    'proxy.example:3128',
    'socks5://proxy.example:1080/',
    'http://',
    'http:///',
    'http://proxy.example:3128/path',
    'http://proxy.example:3128/?x',
    'http://proxy.example:99999/',
    'http://proxy.example:0/',
    'http://proxy example:3128/',
    'http://us%ZZer@proxy.example:3128/',
  ])('refuses %j', url => {
    expect(parseProxy(url)).toBeNull()
  })
})

describe('redactProxy', () => {
  it.each([
    ['http://user:secret@proxy.example:3128/', 'http://***@proxy.example:3128/'],
    ['http://user:sec@ret@proxy.example:3128/', 'http://***@proxy.example:3128/'],
    ['user:secret@proxy.example', '***@proxy.example'],
    ['http://proxy.example:3128/', 'http://proxy.example:3128/'],
  ])('%s reads %s', (url, shown) => {
    expect(redactProxy(url)).toBe(shown)
  })

  it('never shows a password, however it is written', () => {
    const password = fc
      .string({minLength: 6})
      .filter(text => !'http://***@proxy.example:3128/'.includes(text))
    fc.assert(
      fc.property(password, fc.boolean(), (secret, encoded) => {
        const written = encoded ? encodeURIComponent(secret) : secret
        const shown = redactProxy(`http://user:${written}@proxy.example:3128/`)
        expect(shown).toBe('http://***@proxy.example:3128/')
      }),
    )
  })
})

describe('bypassesProxy', () => {
  it.each([
    {noProxy: null, host: 'a.example', bypasses: false},
    {noProxy: '', host: 'a.example', bypasses: false},
    {noProxy: '*', host: 'a.example', bypasses: true},
    {noProxy: 'a.example', host: 'A.example.', bypasses: true},
    {noProxy: 'example', host: 'a.example', bypasses: true},
    {noProxy: '.example', host: 'a.example', bypasses: true},
    {noProxy: '*.example', host: 'a.example', bypasses: true},
    {noProxy: 'ample', host: 'a.example', bypasses: false},
    {noProxy: 'b.example, a.example:443', host: 'a.example', bypasses: true},
    {noProxy: 'a.example:8443', host: 'a.example', bypasses: false},
    {noProxy: '10.0.0.0/8 192.0.2.1', host: '10.1.2.3', bypasses: true},
    {noProxy: '10.0.0.0/8 192.0.2.1', host: '192.0.2.1', bypasses: true},
    {noProxy: '10.0.0.0/8', host: '11.1.2.3', bypasses: false},
    {noProxy: '192.0.2.1:443', host: '192.0.2.1', bypasses: true},
    {noProxy: '2001:db8::/32', host: '2001:db8::1', bypasses: true},
    {noProxy: '[2001:db8::1]:443', host: '2001:db8::1', bypasses: true},
    {noProxy: '10.0.0.0/8', host: 'a.example', bypasses: false},
    {noProxy: '::ffff:10.0.0.0/104', host: '10.1.2.3', bypasses: true},
    {noProxy: '::ffff:10.1.2.3', host: '10.1.2.3', bypasses: true},
    {noProxy: '[::FFFF:a01:203]:443', host: '10.1.2.3', bypasses: true},
    {noProxy: '[::ffff:10.1.2.3]:8443', host: '10.1.2.3', bypasses: false},
    {noProxy: '10.0.0.0/8', host: '::ffff:10.1.2.3', bypasses: true},
    {noProxy: '::10.1.2.3', host: '10.1.2.3', bypasses: false},
    {noProxy: '::/0', host: '10.1.2.3', bypasses: false},
    {noProxy: '10.0.0.0/255.0.0.0', host: '10.1.2.3', bypasses: false},
    {noProxy: '10.0.0.1-10.9.9.9', host: '10.1.2.3', bypasses: false},
  ])('$noProxy, $host: $bypasses', ({noProxy, host, bypasses}) => {
    expect(bypassesProxy(host, 443, noProxy)).toBe(bypasses)
  })

  it('takes any text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (host, noProxy) => typeof bypassesProxy(host, 443, noProxy) === 'boolean',
      ),
    )
  })
})
