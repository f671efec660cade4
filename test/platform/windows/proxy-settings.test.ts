import {describe, expect, it} from 'vitest'
import {httpsProxies, proxySettings} from '../../../src/platform/windows/proxy-settings.ts'

describe('the proxies that HTTPS goes through', () => {
  it.each<[string, readonly string[]]>([
    ['proxy.corp:3128', ['http://proxy.corp:3128']],
    ['http://proxy.corp:3128', ['http://proxy.corp:3128']],
    ['https://proxy.corp:3128/', ['https://proxy.corp:3128/']],
    ['http=a:1;https=b:2;ftp=c:3;socks=d:4', ['http://b:2']],
    ['HTTPS=https://b:2', ['https://b:2']],
    ['http=a:1', []],
    ['socks=d:4', []],
    ['first:1 second:2', ['http://first:1', 'http://second:2']],
    ['a:1;', ['http://a:1']],
    [' ', []],
    ['https=', []],
  ])('%j: %j', (text, proxies) => {
    expect(httpsProxies(text)).toEqual(proxies)
  })

  it('are told once, without their password, with the first place that has them', () => {
    expect(
      proxySettings([
        {scope: 'winhttp', source: 'WinHTTP', proxy: 'proxy.corp:3128'},
        {scope: 'machine', source: 'https_proxy of the machine', proxy: 'http://me:secret@proxy.corp:8080'},
        {scope: 'user', source: 'the Internet settings of this user', proxy: 'https=proxy.corp:3128'},
        {scope: 'user', source: 'https_proxy of this user', proxy: 'socks5://proxy.corp:1080'},
      ]),
    ).toEqual([
      {url: 'http://proxy.corp:3128/', from: 'WinHTTP'},
      {url: 'http://***@proxy.corp:8080/', from: 'https_proxy of the machine'},
    ])
  })

  it('are not known where a script chooses them; where that is, is told', () => {
    const script = {scope: 'user', proxy: 'http://pac.corp/proxy.pac', isScript: true} as const
    expect(
      proxySettings([
        {...script, source: 'the Internet settings of LocalSystem'},
        {...script, source: 'the Internet settings of this user'},
      ]),
    ).toEqual([
      {
        url: 'http://pac.corp/proxy.pac',
        from: 'the Internet settings of LocalSystem',
        isScript: true,
      },
    ])
  })
})
