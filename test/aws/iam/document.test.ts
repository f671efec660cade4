import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {parsePolicy} from '../../../src/aws/iam/document.ts'

const STATEMENT = {Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*'}

describe('parsePolicy', () => {
  test('reads single values and a single statement as lists', () => {
    const {policy, problem} = parsePolicy({
      Version: '2008-10-17',
      Id: 'mine',
      Statement: {...STATEMENT, Principal: {AWS: '123456789012'}, Condition: {Bool: {key: true}}},
    })
    expect(problem).toBeNull()
    expect(policy?.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: {AWS: ['123456789012']},
        Action: ['s3:GetObject'],
        Resource: ['*'],
        Condition: {Bool: {key: [true]}},
      },
    ])
  })

  test.each<[string, unknown, string]>([
    ['null', null, 'the document'],
    ['a list', [STATEMENT], 'the document'],
    ['another document', {name: 'package', version: '1'}, 'Statement'],
    ['a text as statement', {Statement: 'Allow'}, 'Statement'],
    ['an unknown version', {Version: '2020-01-01', Statement: []}, 'Version'],
    ['an unknown effect', {Statement: [STATEMENT, {...STATEMENT, Effect: 'allow'}]}, 'Statement 2 Effect'],
    ['a misspelt key', {Statement: [{...STATEMENT, Conditon: {}}]}, 'Statement 1'],
    [
      'no action',
      {Statement: {...STATEMENT, Action: undefined}},
      'Statement 1 needs either Action or NotAction',
    ],
    [
      'both actions',
      {Statement: {...STATEMENT, NotAction: '*'}},
      'Statement 1 needs either Action or NotAction',
    ],
    ['no resource', {Statement: {...STATEMENT, Resource: undefined}}, 'needs either Resource or NotResource'],
    [
      'both principals',
      {Statement: {...STATEMENT, NotPrincipal: '*'}},
      'has both Principal and NotPrincipal',
    ],
    ['a number as action', {Statement: {...STATEMENT, Action: 1}}, 'Statement 1 Action'],
    ['a principal in plain text', {Statement: {...STATEMENT, Principal: '123'}}, 'Statement 1 Principal'],
    ['a condition in plain text', {Statement: {...STATEMENT, Condition: 'never'}}, 'Statement 1 Condition'],
  ])('refuses %s', (_, value, place) => {
    const {policy, problem} = parsePolicy(value)
    expect(policy).toBeNull()
    expect(problem).toContain(place)
    expect(problem).not.toContain('\n')
  })

  test('answers whatever it is given, with either a policy or a problem', () => {
    const anything = fc.record({
      Effect: fc.jsonValue(),
      Principal: fc.jsonValue(),
      Action: fc.jsonValue(),
      Condition: fc.jsonValue(),
    })
    const documents = fc.oneof(
      fc.jsonValue(),
      fc.record({Statement: fc.jsonValue()}),
      anything.map(statement => ({Statement: [{...STATEMENT, ...statement}]})),
    )
    fc.assert(
      fc.property(documents, value => {
        const {policy, problem} = parsePolicy(value)
        expect((policy === null) !== (problem === null)).toBe(true)
      }),
    )
  })
})
