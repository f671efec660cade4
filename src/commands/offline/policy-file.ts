import {type PolicyDocument, parsePolicy} from '../../aws/iam/document.ts'
import {UserError} from '../../contract/errors.ts'
import {parseJson, readTextFile} from '../text-file.ts'

/**
 * Reads an IAM policy document: JSON in UTF-8, or in UTF-16 with a byte order mark as PowerShell's `>` writes it.
 * Throws `UserError` for a file that cannot be read, is larger than 1 MiB, or is no policy.
 */
export async function readPolicyFile(path: string): Promise<PolicyDocument> {
  const file = {
    path,
    what: 'policy file',
    // AWS takes 20,480 characters in an endpoint policy.
    largestMib: 1,
    instead: 'use the policy document alone, as the AWS console shows it',
  }
  const {policy, problem} = parsePolicy(parseJson(await readTextFile(file), file))
  if (policy) return policy
  throw new UserError(`The file ${JSON.stringify(path)} is not an IAM policy document: ${problem}.`)
}
