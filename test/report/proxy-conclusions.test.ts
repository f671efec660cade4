import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import type {CauseCode} from '../../src/contract/cause-codes.ts'
import type {Evidence} from '../../src/contract/finding.ts'
import {proxyConclusions} from '../../src/report/proxy-conclusions.ts'
import {report} from './reports.ts'

const URL = 'http://proxy.example:3128/'

function conclude(code: CauseCode, evidence: Evidence, proxy: string | null): readonly string[] {
  const drs = finding('drs-endpoint', code, {summary: '', evidence: {layers: [], ...evidence}})
  return proxyConclusions({
    ...report(),
    findings: [{...drs, remedies: []}],
    options: {proxy: proxy === null ? null : {url: proxy, from: 'https_proxy'}},
  })
}

describe('proxyConclusions', () => {
  it.each<[string, CauseCode, string, RegExp | null]>([
    [
      'only the proxy works',
      'ok',
      'tcp.timeout',
      /^Only the proxy has a way out .* TCP 1500 is never proxied/,
    ],
    ['both work', 'ok', 'ok', /through the proxy and without it/],
    ['only the direct way works', 'proxy.unreachable', 'ok', /leave the proxy out/],
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

  it('tells of a proxy that is configured for others', () => {
    const proxySettings = [{url: URL, from: '/etc/environment'}]
    expect(conclude('tcp.timeout', {proxySettings}, null)).toEqual([
      expect.stringMatching(
        /^\/etc\/environment names a proxy, .*--proxy-address http:\/\/proxy\.example:3128\//,
      ),
    ])
  })

  it('warns of --endpoint on an EC2 instance', () => {
    expect(conclude('ok', {endpointOnEc2: true}, null)).toEqual([expect.stringContaining('private DNS')])
  })

  it('has nothing to say otherwise', () => {
    expect(conclude('ok', {}, null)).toEqual([])
  })
})
