import * as z from 'zod'

/**
 * An IAM policy document as far as an endpoint policy uses it. Single values and lists are both allowed by IAM and
 * both read as lists. Unknown keys are refused, as AWS refuses them: a misspelt `Condition` must not pass for none.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
const oneOrMore = z
  .union([z.string(), z.array(z.string())], 'must be a string or a list of strings')
  .transform(value => (typeof value === 'string' ? [value] : value))

const scalar = z.union([z.string(), z.number(), z.boolean()])

const principal = z.union(
  [
    z.literal('*').transform(() => ({AWS: ['*']})),
    z.partialRecord(z.enum(['AWS', 'Service', 'Federated', 'CanonicalUser']), oneOrMore),
  ],
  'must be "*" or an object such as {"AWS": "*"}',
)

const condition = z.record(
  z.string(),
  z.record(z.string(), z.union([scalar.transform(value => [value]), z.array(scalar)])),
  'must be an object of operators',
)

const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny'], 'must be "Allow" or "Deny"'),
    Principal: principal.optional(),
    NotPrincipal: principal.optional(),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Condition: condition.optional(),
  })
  .refine(({Action, NotAction}) => (Action === undefined) !== (NotAction === undefined), {
    error: 'needs either Action or NotAction',
  })
  .refine(({Resource, NotResource}) => (Resource === undefined) !== (NotResource === undefined), {
    error: 'needs either Resource or NotResource',
  })
  .refine(({Principal, NotPrincipal}) => Principal === undefined || NotPrincipal === undefined, {
    error: 'has both Principal and NotPrincipal',
  })

const policy = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17'], 'must be "2012-10-17" or "2008-10-17"').optional(),
  Id: z.string().optional(),
  Statement: z
    .union([z.array(z.unknown()), z.looseObject({})], 'must be a statement or a list of statements')
    .transform(value => (Array.isArray(value) ? value : [value]))
    .pipe(z.array(statement)),
})

export type PolicyDocument = z.infer<typeof policy>

export type PolicyStatement = z.infer<typeof statement>

/** Reads a policy document. `problem` says in half a sentence where and why it is none. */
export function parsePolicy(
  value: unknown,
):
  | {readonly policy: PolicyDocument; readonly problem: null}
  | {readonly policy: null; readonly problem: string} {
  const result = policy.safeParse(value)
  if (result.success) return {policy: result.data, problem: null}
  const issue = result.error.issues[0]
  return {policy: null, problem: issue ? `${place(issue.path)} ${issue.message}` : 'it has an unknown form'}
}

/** `Statement 2 Effect`, counting from 1 as the rest of the output does. */
function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document'
  return path.map(part => (typeof part === 'number' ? String(part + 1) : String(part))).join(' ')
}
