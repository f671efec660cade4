import {printableLine} from '../lib/printable.ts'

/** What may be a secret, and what stands in its place. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  // The rest of the line: schemes of HTTP authentication have several words.
  [/\b((?:proxy-)?authorization\\?["']?\s*[:=]\s*).+/gi, '$1<REDACTED>'],
  // An option with its value, also as Python and JSON print a list of arguments.
  [
    /(--[\w-]{0,40}(?:secret|token|password|key)[\w-]{0,40}\\?["']?[\s,=:]+)(?:\\?"[^"]*"?|'[^']*'?|[^\s"']+)/gi,
    '$1<REDACTED>',
  ],
  // As JSON, an environment variable, a prompt, a query of a URL.
  [
    /((?:secret|token|password|passwd|pwd|api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|private[ _-]?key|signature|credential)s?\\?["']?\s*[:=]\s*)(?:\\?"[^"]*"?|'[^']*'?|\S+)/gi,
    '$1<REDACTED>',
  ],
  // Source: IAM User Guide, unique identifiers: AKIA and ASIA are access keys, ABIA and ACCA bearer tokens and others.
  [/\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{8,}/g, '<ACCESS-KEY-ID>'],
  // Up to the last @: a password may contain one.
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"'<>]*@/gi, '$1<USER>:<PASSWORD>@'],
  // A secret access key is 40 characters of base64, a session token several hundred.
  [
    /(?<![A-Za-z0-9/+=])(?=[^\s]{0,39}\d)(?=[^\s]{0,39}[a-z])(?=[^\s]{0,39}[A-Z])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
    '<REDACTED>',
  ],
  [/[A-Za-z0-9/+=_-]{80,}/g, '<REDACTED>'],
]

/** Read of a line, in characters; and shown of it, so far from the end that no secret is shown that was cut there. */
const READ = 4_000
const SHOWN = 500

/**
 * A line of a log to be shown: without control characters, and without access keys, tokens, passwords and what looks
 * like one. Rather too much is removed.
 */
export function redact(line: string): string {
  const harmless = printableLine(line.slice(0, READ)).slice(0, READ)
  const text = SECRETS.reduce((before, [secret, instead]) => before.replace(secret, instead), harmless)
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)} …`
}
