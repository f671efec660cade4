import {describe, expect, it} from 'vitest'
import {printHtml} from '../../src/report/html/html.ts'
import {DROPPED, PASSED} from './parts.ts'
import {REPORTS, report} from './reports.ts'
import {readXml, type XmlElement} from './xml-reader.ts'

/** The page as XML: all that it has is well formed. */
const page = (html: string): XmlElement =>
  readXml(`<?xml version="1.0" encoding="UTF-8"?>\n${html.replace('<!DOCTYPE html>\n', '')}`)

function all(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap(child => [...(child.name === name ? [child] : []), ...all(child, name)])
}

const textOf = (element: XmlElement): string => element.text + element.children.map(textOf).join(' ')

describe('printHtml', () => {
  it.each(Object.entries(REPORTS))('is one well-formed file that loads and runs nothing: %s', (_, built) => {
    const html = printHtml(built)
    const root = page(html)
    for (const name of ['script', 'link', 'img', 'iframe', 'object', 'form'])
      expect(all(root, name)).toEqual([])
    expect(html).not.toMatch(/@import|url\(|\bon\w+=|javascript:/)
    // A browser would take what follows an empty `<td/>` for its content.
    expect(html).not.toMatch(/<(td|th|p|dd|pre|code|span|title|style)( [^>]*)?\/>/)
  })

  it('draws the paths, and says each state in words', () => {
    const [svg] = all(page(printHtml(REPORTS['host firewall blocks'])), 'svg')
    if (!svg) throw new Error('there is a picture')
    expect(all(svg, 'title').map(({text}) => text)).toEqual([
      'this server',
      'host firewall: BLOCKED firewall.drop',
      'network: not checked',
      'DRS endpoint: not checked',
      'this server',
      'host firewall: BLOCKED firewall.drop',
      'network: not checked',
      'S3 buckets: not checked',
      'this server',
      'host firewall: open',
      'network: open',
      'replication server: open',
    ])
  })

  it('has verdict, next command, rule, owner and undo', () => {
    const words = textOf(page(printHtml(REPORTS['host firewall blocks'])))
    expect(words).toContain('NOT READY')
    expect(words).toContain('drs-onboard fix --region eu-central-1 --staging-subnet 10.20.0.0/16')
    expect(words).toContain('-A OUTPUT -p tcp -m tcp --dport 443 -j DROP')
    expect(words).toContain('iptables -w -D OUTPUT')
    expect(textOf(page(printHtml(REPORTS.repaired)))).toMatch(/KEPT.*drs-onboard undo 2026/s)
  })

  it('keeps text from outside text', () => {
    const [passed] = PASSED['firewall-443']
    if (!passed) throw new Error('there is such a finding')
    const text = '</style><script>alert(1)</script>'
    const blocker = {...DROPPED, blocker: DROPPED.blocker && {...DROPPED.blocker, text}}
    const built = report({
      findings: {
        'firewall-443': [
          {...passed, status: 'fail', summary: text, target: text, evidence: {judgement: blocker}},
        ],
      },
    })
    expect(all(page(printHtml(built)), 'script')).toEqual([])
    expect(textOf(page(printHtml(built)))).toContain(text)
  })
})
