import type {PolicyStatement} from './document.ts'
import {matchEveryAfter, matches, matchesSomeAfter} from './pattern.ts'

const ACTION = 's3:getobject'

/** Objects of a bucket: one by its ARN, or all that follow the ARN `prefix`. */
export type Objects = {readonly arn: string} | {readonly prefix: string}

/** How much of the objects a statement speaks of. */
export type Extent = 'all' | 'some' | 'none'

/** Whether a statement takes effect for the download: always, never, or for the named reason only perhaps. */
export type Effect =
  | {readonly takesEffect: 'yes' | 'no'}
  | {readonly takesEffect: 'perhaps'; readonly only: string}

const OPPOSITE: Readonly<Record<Extent, Extent>> = {all: 'none', some: 'some', none: 'all'}

/** How many of the objects the statement covers for `s3:GetObject`, its principal and condition aside. */
export function extentOf(statement: PolicyStatement, objects: Objects): Extent {
  if (!coversAction(statement)) return 'none'
  if (statement.Resource) return extent(statement.Resource.map(withoutVariables), objects)
  const spared = extent(statement.NotResource?.map(withoutVariables) ?? [], objects)
  return OPPOSITE[spared]
}

/** Whether the statement takes effect for a download over HTTPS, whatever the identity that asks. */
export function effectOf(statement: PolicyStatement): Effect {
  const {Principal, NotPrincipal, Condition = {}} = statement
  const condition = conditionHolds(Condition)
  if (condition === false) return {takesEffect: 'no'}
  if (NotPrincipal?.AWS?.includes('*')) return {takesEffect: 'no'}
  if (NotPrincipal) return {takesEffect: 'perhaps', only: `for everyone but ${list(NotPrincipal)}`}
  if (!Principal) return {takesEffect: 'perhaps', only: 'outside an endpoint policy, which needs a Principal'}
  if (!Principal.AWS?.includes('*')) return {takesEffect: 'perhaps', only: `for ${list(Principal)}`}
  if (condition === null)
    return {takesEffect: 'perhaps', only: `under its Condition on ${keys(Condition).join(', ')}`}
  if (hasVariables(statement))
    return {takesEffect: 'perhaps', only: 'for some values of its policy variables'}
  return {takesEffect: 'yes'}
}

function coversAction({Action, NotAction}: PolicyStatement): boolean {
  const named = (Action ?? NotAction ?? []).some(pattern => matches(pattern.toLowerCase(), ACTION))
  return Action ? named : !named
}

function extent(patterns: readonly string[], objects: Objects): Extent {
  if ('arn' in objects) return patterns.some(pattern => matches(pattern, objects.arn)) ? 'all' : 'none'
  if (matchEveryAfter(patterns, objects.prefix)) return 'all'
  return patterns.some(pattern => matchesSomeAfter(pattern, objects.prefix)) ? 'some' : 'none'
}

/**
 * True or false where the condition can be decided for a download over HTTPS, else null. Only `aws:SecureTransport`
 * can: every other key depends on who asks, from where, or who owns the bucket.
 */
function conditionHolds(condition: NonNullable<PolicyStatement['Condition']>): boolean | null {
  const answers = Object.entries(condition).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) => {
      const decidable = /^bool(ifexists)?$/i.test(operator) && key.toLowerCase() === 'aws:securetransport'
      return decidable ? values.some(value => String(value).toLowerCase() === 'true') : null
    }),
  )
  if (answers.includes(false)) return false
  return answers.includes(null) ? null : true
}

const VARIABLE = /\$\{[^}]*\}/g

/** Policy variables stand for text that is not known here. */
const withoutVariables = (pattern: string): string => pattern.replace(VARIABLE, '*')

const hasVariables = ({Resource, NotResource}: PolicyStatement): boolean =>
  [...(Resource ?? []), ...(NotResource ?? [])].some(pattern => pattern.search(VARIABLE) >= 0)

const keys = (condition: NonNullable<PolicyStatement['Condition']>): readonly string[] =>
  Object.values(condition).flatMap(tests => Object.keys(tests))

const list = (principals: NonNullable<PolicyStatement['Principal']>): string =>
  Object.values(principals).flat().join(', ') || 'nobody'
