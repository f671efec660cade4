import {describe, expect, it} from 'vitest'
import {finding} from '../../src/checks/finding.ts'
import {printJunit} from '../../src/report/junit.ts'
import {REPORTS, report} from './reports.ts'
import {readXml, type XmlElement} from './xml-reader.ts'

const count = (suite: XmlElement, child: string) =>
  suite.children.filter(({children}) => children.some(({name}) => name === child)).length

describe('printJunit', () => {
  it.each(Object.entries(REPORTS))('counts what it holds: %s', (_, built) => {
    const root = readXml(printJunit(built))
    const cases = root.children.flatMap(({children}) => children)
    expect(cases).toHaveLength(built.findings.length)
    for (const suite of root.children) {
      expect(suite.attributes).toMatchObject({
        tests: String(suite.children.length),
        failures: String(count(suite, 'failure')),
        errors: String(count(suite, 'error')),
        skipped: String(count(suite, 'skipped')),
      })
    }
    for (const status of ['failures', 'errors', 'skipped'] as const) {
      const sum = root.children.reduce((total, {attributes}) => total + Number(attributes[status]), 0)
      expect(root.attributes[status]).toBe(String(sum))
    }
  })

  it.each([
    ['pass', []],
    ['warn', ['system-out']],
    ['fail', ['failure']],
    ['error', ['error']],
    ['skip', ['skipped']],
  ] as const)('writes %s as %j', (status, names) => {
    const built = report({findings: {os: [finding('os', 'os.unknown', {status, summary: 'So it is.'})]}})
    const [suite] = readXml(printJunit(built)).children
    expect(suite?.attributes.name).toBe('os')
    expect(suite?.children[0]?.children.map(({name}) => name)).toEqual(names)
  })

  it('brings every text back as it was, but for what XML forbids', () => {
    const summary = `<a> & "b" ]]> 'c'\nsecond\u0000\u001b[31m\ufffe \ud800`
    const built = report({findings: {os: [finding('os', 'os.unsupported', {summary, target: summary})]}})
    const failure = readXml(printJunit(built)).children[0]?.children[0]
    const shown = `<a> & "b" ]]> 'c'\nsecond\\u{0}\\u{1b}[31m\\u{fffe} \\u{d800}`
    expect(failure?.attributes.name).toBe(shown)
    expect(failure?.children[0]?.attributes).toMatchObject({message: shown, type: 'os.unsupported'})
    expect(failure?.children[0]?.text).toContain(`${shown}\nCode: os.unsupported`)
  })
})

describe('the XML reader of this test', () => {
  it.each([
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a b="<"/>',
    '<a>&</a>',
    '<a>&nbsp;</a>',
    '<a>]]></a>',
    '<a>\u0001</a>',
    '<a/><b/>',
    '<a b=1/>',
  ])('refuses %j', xml => {
    expect(() => readXml(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`)).toThrow()
  })
})
