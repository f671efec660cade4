import {describe, expect, it} from 'vitest'
import {SCHEMAS, schemaCommand} from '../../src/commands/offline/schema.ts'
import {EMPTY_SESSION} from '../../src/engine/session.ts'
import {buildReport} from '../../src/report/build.ts'
import {printJson} from '../../src/report/json.ts'
import {reportSchema} from '../../src/report/schema.ts'
import {START} from './parts.ts'
import {REPORTS} from './reports.ts'

const EMPTY = buildReport(EMPTY_SESSION, {
  tool: {name: 'drs-onboard', version: '0.1.0'},
  options: {},
  installCommand: null,
  next: null,
  now: START,
})

describe('the report schema', () => {
  it.each([...Object.entries(REPORTS), ['of a run that never began', EMPTY] as const])(
    'accepts the JSON of a report: %s',
    (_, built) => {
      const json: unknown = JSON.parse(printJson(built))
      expect(reportSchema.parse(json)).toEqual(json)
    },
  )

  it.each([
    ['a later version', {schemaVersion: 2}],
    ['an outcome that is none', {outcome: 'fine'}],
    ['an unknown member', {colour: 'green'}],
    ['an empty command', {installCommand: []}],
    ['a time without a zone', {startedAt: '2026-11-22T20:54:03'}],
    ['a code that is not in the list', {findings: [{...REPORTS.ready.findings[0], code: 'os.odd'}]}],
    ['broken layers', {findings: [{...REPORTS.ready.findings[0], evidence: {layers: [{layer: 'ip'}]}}]}],
  ])('refuses %s', (_, change) => {
    expect(reportSchema.safeParse({...REPORTS.ready, ...change}).success).toBe(false)
  })

  it('lets a check add facts to the evidence', () => {
    const [first] = REPORTS.ready.findings
    const findings = [{...first, evidence: {addresses: ['192.0.2.1'], ttl: 60}}]
    expect(reportSchema.safeParse({...REPORTS.ready, findings}).success).toBe(true)
  })
})

describe('schemaCommand', () => {
  it.each(SCHEMAS)('prints a well-formed JSON Schema: %s', async which => {
    const {stdout, exitCode} = await schemaCommand(which)
    const schema: unknown = JSON.parse(stdout)
    expect(exitCode).toBe(0)
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:drs-onboard:schema:${which}:1`,
      title: expect.stringContaining('drs-onboard'),
    })
    expect(faults(schema, schema)).toEqual([])
  })

  it('closes the report and leaves the evidence open', async () => {
    const schema = JSON.parse((await schemaCommand('report')).stdout)
    const finding = schema.properties.findings.items
    expect(schema.additionalProperties).toBe(false)
    expect(finding.additionalProperties).toBe(false)
    expect(finding.properties.evidence.additionalProperties).not.toBe(false)
    expect(schema.required).toEqual(Object.keys(REPORTS.ready))
  })
})

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

/**
 * What is wrong with a JSON Schema: unknown types, references that lead nowhere, required members that are not
 * declared.
 */
function faults(node: unknown, root: unknown, path = '#'): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const {type, $ref, required, properties, enum: values} = node as Record<string, unknown>
  const types = type === undefined || path.endsWith('/properties') ? [] : [type].flat()
  const names = Object.keys(properties ?? {})
  return [
    ...types.filter(name => !TYPES.includes(String(name))).map(name => `${path}: type ${name}`),
    ...(typeof $ref === 'string' && resolve(root, $ref) === undefined ? [`${path}: ${$ref}`] : []),
    ...(Array.isArray(required) ? required.filter(name => !names.includes(name)) : []).map(
      name => `${path}: requires ${name}`,
    ),
    ...(Array.isArray(values) && new Set(values).size !== values.length ? [`${path}: enum repeats`] : []),
    ...Object.entries(node).flatMap(([key, child]) => faults(child, root, `${path}/${key}`)),
  ]
}

function resolve(root: unknown, reference: string): unknown {
  const keys = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
  return keys.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined,
    root,
  )
}
