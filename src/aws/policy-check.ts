import type {BucketPurpose} from './endpoints.ts'
import {bucketsOf, hashKey, INSTALLER_KEYS} from './endpoints.ts'
import {type Effect, effectOf, extentOf, type Objects} from './iam/applies.ts'
import type {PolicyDocument, PolicyStatement} from './iam/document.ts'
import {type AllowStatement, allowStatement, bucketArn, type NamedBucket, namedBuckets} from './policy.ts'
import type {Region} from './regions.ts'

/**
 * `denied`: a Deny takes effect. `missing`: no Allow covers it. `conditional`: it depends on a Condition, a principal
 * or a policy variable, which cannot be decided here, so that it does not count as allowed. `unknown`: AWS does not
 * publish the bucket's name, and the document does not allow every bucket.
 */
export type Access = 'allowed' | 'denied' | 'missing' | 'conditional' | 'unknown'

export type BucketAccess = {
  readonly purpose: BucketPurpose
  readonly bucket: string | null
  readonly access: Access
  /** The statement that decided, counted from 1. */
  readonly statement: {readonly number: number; readonly sid: string | null} | null
  /** Half a sentence. */
  readonly reason: string
  /** Keys of the documented objects concerned, where that is not all of them. */
  readonly objects: readonly string[]
}

export type PolicyCheck = {
  /** Whether every bucket with a known name is allowed. */
  readonly allowed: boolean
  readonly buckets: readonly BucketAccess[]
  /** What to add so that every bucket is covered by an Allow; null where every one is. */
  readonly missingStatement: AllowStatement | null
}

type Numbered = {readonly number: number; readonly statement: PolicyStatement; readonly effect: Effect}

type Decision = Pick<BucketAccess, 'access' | 'statement' | 'reason'> & {readonly covered: boolean}

type Target = {readonly key: string | null; readonly objects: Objects}

const WORST_FIRST: readonly Access[] = ['denied', 'missing', 'conditional', 'allowed']

/**
 * Judges a policy document for `s3:GetObject` on each bucket of the Region, as IAM does: an explicit Deny wins, and
 * what no Allow covers is denied. Of the installer and hash buckets the documented objects are judged, of the others
 * every object. Throws `UserError` where no bucket name of the Region is known.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function checkPolicy(policy: PolicyDocument, region: Region): PolicyCheck {
  const named = namedBuckets(region)
  const statements = policy.Statement.map(
    (statement, index): Numbered => ({number: index + 1, statement, effect: effectOf(statement)}),
  ).filter(({effect}) => effect.takesEffect !== 'no')
  const uncovered = new Set<NamedBucket>()
  const judged = named.map(bucket => {
    const decisions = targetsOf(bucket, region).map(target => ({
      target,
      decision: decide(statements, target),
    }))
    if (decisions.some(({decision}) => !decision.covered)) uncovered.add(bucket)
    return worst(bucket, decisions)
  })
  return {
    allowed: judged.every(({access}) => access === 'allowed'),
    buckets: [...judged, ...unnamed(statements, region)],
    missingStatement: uncovered.size > 0 ? allowStatement(region, [...uncovered]) : null,
  }
}

function targetsOf({purpose, name}: NamedBucket, region: Region): readonly Target[] {
  const arn = bucketArn(region, name)
  const keys = Object.values(INSTALLER_KEYS)
  if (purpose === 'installer') return keys.map(key => ({key, objects: {arn: `${arn}/${key}`}}))
  if (purpose === 'installer-hashes') {
    return keys.map(hashKey).map(key => ({key, objects: {arn: `${arn}/${key}`}}))
  }
  return [{key: null, objects: {prefix: `${arn}/`}}]
}

function decide(statements: readonly Numbered[], {objects}: Target): Decision {
  const touching = statements
    .map(numbered => ({...numbered, extent: extentOf(numbered.statement, objects)}))
    .filter(({extent}) => extent !== 'none')
  const denies = touching.filter(({statement}) => statement.Effect === 'Deny')
  const allows = touching.filter(({statement}) => statement.Effect === 'Allow')
  const allow = allows.find(({effect, extent}) => effect.takesEffect === 'yes' && extent === 'all')
  const covered = allow !== undefined
  const by = ({number, statement}: Numbered) => ({number, sid: statement.Sid ?? null})

  const deny = denies.find(({effect}) => effect.takesEffect === 'yes')
  if (deny) {
    const reason = deny.extent === 'some' ? 'denies some of its objects' : 'denies it'
    return {access: 'denied', statement: by(deny), reason, covered}
  }
  const maybeDeny = denies.find(({effect}) => effect.takesEffect === 'perhaps')
  if (allow && !maybeDeny) return {access: 'allowed', statement: by(allow), reason: 'allows it', covered}
  if (allow && maybeDeny) {
    return {access: 'conditional', statement: by(maybeDeny), reason: `denies it ${only(maybeDeny)}`, covered}
  }
  const maybeAllow = allows.find(({effect, extent}) => effect.takesEffect === 'perhaps' && extent === 'all')
  if (maybeAllow) {
    const reason = `allows it only ${only(maybeAllow)}`
    return {access: 'conditional', statement: by(maybeAllow), reason, covered}
  }
  const [part] = allows
  const reason = part ? 'allows only some of its objects' : 'no statement allows it'
  return {access: 'missing', statement: part ? by(part) : null, reason, covered}
}

function worst(
  {purpose, name}: NamedBucket,
  decisions: readonly {readonly target: Target; readonly decision: Decision}[],
): BucketAccess {
  const rank = ({decision}: {readonly decision: Decision}) => WORST_FIRST.indexOf(decision.access)
  const level = Math.min(...decisions.map(rank))
  const atLevel = decisions.filter(entry => rank(entry) === level)
  const objects = atLevel.length < decisions.length ? atLevel.flatMap(({target}) => target.key ?? []) : []
  const {access = 'missing', statement = null, reason = 'no statement allows it'} = atLevel[0]?.decision ?? {}
  return {purpose, bucket: name, access, statement, reason, objects}
}

/** A bucket whose name is not known is judged only by what holds for every bucket there is. */
function unnamed(statements: readonly Numbered[], region: Region): readonly BucketAccess[] {
  const anyBucket: Target = {key: null, objects: {prefix: bucketArn(region, '')}}
  const {access, statement, reason} = decide(statements, anyBucket)
  const decided = access === 'allowed' ? {access, statement, reason} : null
  return bucketsOf(region)
    .filter(({name}) => name === null)
    .map(({purpose}) => ({
      purpose,
      bucket: null,
      ...(decided ?? {access: 'unknown', statement: null, reason: 'AWS does not publish its name'}),
      objects: [],
    }))
}

const only = ({effect}: Numbered): string => (effect.takesEffect === 'perhaps' ? effect.only : '')
