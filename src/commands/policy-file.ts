import {open} from 'node:fs/promises'
import {UserError} from '../errors.ts'
import {type PolicyDocument, parsePolicy} from '../regions/iam/document.ts'

/** AWS takes 20,480 characters in an endpoint policy; what is far beyond that is another kind of file. */
const LARGEST = 1024 * 1024

/**
 * Reads an IAM policy document: JSON in UTF-8, or in UTF-16 with a byte order mark as PowerShell's `>` writes it.
 * Throws `UserError` for a file that cannot be read, is larger than 1 MiB, or is no policy.
 */
export async function readPolicyFile(file: string): Promise<PolicyDocument> {
  const name = JSON.stringify(file)
  const bytes = await firstBytes(file, LARGEST + 1).catch(cause => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause
    throw new UserError(
      `The policy file ${name} cannot be read (${code}): check its path and permissions.`,
      undefined,
      {cause},
    )
  })
  if (bytes.length > LARGEST) {
    throw new UserError(`The policy file ${name} is larger than 1 MiB: give the policy document alone.`)
  }
  const {policy, problem} = parsePolicy(parseJson(decode(bytes, name), name))
  if (policy) return policy
  throw new UserError(`The file ${name} is not an IAM policy document: ${problem}.`)
}

/** Stops reading at `limit`, so that a pipe or device without an end is no trap. */
async function firstBytes(file: string, limit: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const chunks: Buffer[] = []
    for await (const chunk of handle.createReadStream({end: limit - 1, autoClose: false})) chunks.push(chunk)
    return Buffer.concat(chunks)
  } finally {
    await handle.close()
  }
}

function decode(bytes: Buffer, name: string): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8'
  try {
    return new TextDecoder(encoding, {fatal: true}).decode(bytes)
  } catch (cause) {
    throw new UserError(`The policy file ${name} is not text in UTF-8: save it as UTF-8 JSON.`, undefined, {
      cause,
    })
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const place = cause instanceof Error ? /line \d+ column \d+/.exec(cause.message)?.[0] : undefined
    throw new UserError(
      `The policy file ${name} is not JSON${place ? ` (${place})` : ''}: give the policy document as the AWS console shows it.`,
      undefined,
      {cause},
    )
  }
}
