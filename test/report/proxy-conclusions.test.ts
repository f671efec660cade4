import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CauseCode} from '../../src/contract/cause-codes.ts'
import type {Evidence} from '../../src/contract/evidence.ts'
import {proxyConclusions} from '../../src/report/conclusions.ts'
import {report} from './reports.ts'

const URL = 'http://proxy.example:3128/'

function conclude(
  code: CauseCode,
  evidence: Evidence,
  proxy: string | null,
  platform: 'linux' | 'win32' = 'linux',
): readonly string[] {
  const drs = finding('drs-endpoint', code, {summary: '', evidence: {layers: [], ...evidence}})
  const given = report()
  return proxyConclusions({
    ...given,
    host: given.host && {...given.host, platform},
    findings: [{...drs, remedies: []}],
    options: {proxy: proxy === null ? null : {url: proxy, from: 'https_proxy'}},
  })
}

describe('proxyConclusions', () => {
  it.each<[string, CauseCode, CauseCode, RegExp | null]>([
    [
      'only the proxy works',
      'ok',
      'tcp.timeout',
      /^TCP 443 works only through the proxy, .* TCP 1500 never uses a proxy/,
    ],
    ['both work', 'ok', 'ok', /^TCP 443 works with and without the proxy; /],
    ['only the direct way works', 'proxy.unreachable', 'ok', /omit the proxy here/],
    ['neither works', 'proxy.unreachable', 'tcp.timeout', null],
  ])('%s', (_, code, direct, says) => {
    const said = conclude(code, {direct: {code: direct, detail: ''}}, URL)
    if (says === null) expect(said).toEqual([])
    else expect(said).toEqual([expect.stringMatching(says)])
  })

  it('names the form that the installer takes', () => {
    const [said] = conclude('ok', {direct: {code: 'tcp.timeout', detail: ''}}, URL)
    expect(said).toContain(`--proxy-address ${URL}, or https_proxy with sudo -E`)
  })

  it('names a proxy that is configured for others', () => {
    const proxySettings = [{url: URL, from: '/etc/environment'}]
    expect(conclude('tcp.timeout', {proxySettings}, null)).toEqual([
      expect.stringMatching(
        /^\/etc\/environment sets a proxy, .*--proxy-address http:\/\/proxy\.example:3128\//,
      ),
    ])
  })

  it('speaks PowerShell on Windows', () => {
    expect(conclude('ok', {direct: {code: 'tcp.timeout', detail: ''}}, URL, 'win32')).toEqual([
      expect.stringContaining(`($env:https_proxy = '${URL}')`),
    ])
    const proxySettings = [
      {url: URL, from: 'WinHTTP (netsh winhttp show proxy)'},
      {url: 'http://pac.corp/proxy.pac', from: 'the Internet settings of this user', isScript: true},
    ] as const
    expect(conclude('tcp.timeout', {proxySettings}, null, 'win32')).toEqual([
      `A proxy is set in WinHTTP (netsh winhttp show proxy), which this run did not use. To use it, run with --proxy-address ${URL}, and set $env:https_proxy = '${URL}' for the installer.`,
      'A proxy script is set in the Internet settings of this user (http://pac.corp/proxy.pac), which neither this run nor the installer reads: find the HTTPS proxy in it, and pass it with --proxy-address.',
    ])
  })

  it('warns of --endpoint on an EC2 instance', () => {
    expect(conclude('ok', {endpointOnEc2: true}, null)).toEqual([expect.stringContaining('private DNS')])
  })

  it('has nothing to say otherwise', () => {
    expect(conclude('ok', {}, null)).toEqual([])
  })
})
