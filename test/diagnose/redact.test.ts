import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {redact} from '../../src/diagnose/redact.ts'
import {diagnosed} from './judge.ts'

const base64 = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+')
const secretKey = fc
  .array(base64, {minLength: 37, maxLength: 37})
  .map(characters => `aB3${characters.join('')}`)
const token = fc.array(base64, {minLength: 200, maxLength: 400}).map(characters => characters.join(''))
const password = fc
  .array(fc.constantFrom(...'abcXYZ019-_.!$%@:/'), {minLength: 6, maxLength: 20})
  .map(all => `p${all.join('')}q`)

/** Ways in which secrets come into a log; `#` stands for the secret. */
const KEYS = [
  'AWS Secret Access Key: #',
  "['--region', 'eu-central-1', '--aws-secret-access-key', '#', '--no-prompt']",
  'aws-replication-installer-init --aws-secret-access-key #',
  '--aws-secret-access-key=#',
  'AWS_SECRET_ACCESS_KEY=#',
  'export AWS_SECRET_ACCESS_KEY="#"',
  '{"secretAccessKey": "#"}',
  '{\\"secretAccessKey\\":\\"#\\"}',
  'key (#) refused',
]
const TOKENS = [
  'AWS_SESSION_TOKEN=#',
  'X-Amz-Security-Token: #',
  '"sessionToken": "#"',
  'session #',
  '?X-Amz-Security-Token=#&x=1',
]
const PASSWORDS = [
  'https_proxy=http://user:#@proxy.example:3128/',
  'proxy http://user:#@10.0.0.1:8080/ refused',
  '--proxy-password #',
  'password: #',
  'password="#"',
]

/** An error that is shown, with a secret in it. */
const shown = (template: string, secret: string) => template.replace('#', () => secret)

function neverShown(template: string, secret: string): void {
  expect(redact(shown(template, secret))).not.toContain(secret)
}

describe('is never shown:', () => {
  test.each(KEYS)('a secret access key in %s', template => {
    fc.assert(fc.property(secretKey, secret => neverShown(template, secret)))
  })

  test.each(TOKENS)('a session token in %s', template => {
    fc.assert(fc.property(token, secret => neverShown(template, secret)))
  })

  test.each(PASSWORDS)('a password in %s', template => {
    fc.assert(fc.property(password, secret => neverShown(template, secret)))
  })

  test.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', 'AKIAI0SF0DNN71EXAMPLE'])('%s', id => {
    expect(redact(`AWS Access Key ID: ${id}`)).not.toContain(id)
    expect(redact(`Credential=${id}/20261128/eu-central-1/drs/aws4_request`)).not.toContain(id)
    expect(redact(`the key ${id} is unknown`)).toBe('the key <ACCESS-KEY-ID> is unknown')
  })

  test('an authorization', () => {
    expect(redact('Proxy-Authorization: Basic dXNlcjpwYXNz')).toBe('Proxy-Authorization: <REDACTED>')
    expect(redact('Authorization: AWS4-HMAC-SHA256 Credential=x, Signature=0a1b')).toBe(
      'Authorization: <REDACTED>',
    )
  })

  test('a part of a secret that is cut at the end of what is shown', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    for (const length of [440, 480, 499, 3_950, 3_990]) {
      expect(redact(`${'x '.repeat(length / 2)}${secret} ${'y '.repeat(3_000)}`)).not.toContain('wJalr')
    }
  })
})

test('what is no secret stays', () => {
  const lines = [
    'urlopen error [Errno 110] Connection timed out',
    'The security token included in the request is invalid.',
    'No available tokens for peer i-0abc',
    'An error occurred (InvalidSignatureException) when calling the GetAgentInstallationAssetsForDrs operation',
    'insmod: ERROR: could not insert module ./aws-replication-driver.ko: Permission denied',
    'https://aws-elastic-disaster-recovery-eu-central-1.s3.eu-central-1.amazonaws.com/latest/linux/aws-replication-installer-init',
    'User: arn:aws:iam::111122223333:user/installer is not authorized to perform: drs:CreateSourceServerForDrs',
  ]
  expect(lines.map(redact)).toEqual(lines)
})

test('no line of a log throws, or brings a control character or a mark of direction', () => {
  const nasty = fc.oneof(
    fc.string({unit: 'binary', maxLength: 60}),
    fc.string({
      unit: fc.constantFrom('\u001b', '\u009b', '\u202e', '\u2066', '\r', '\u0000', '{', '"', '\ud800', 'a'),
      maxLength: 60,
    }),
  )
  const line = fc
    .tuple(
      nasty,
      fc.constantFrom('Load module failed', 'ERROR', 'Connecting to replicator', '{"message":"'),
      nasty,
    )
    .map(all => all.join(' '))
  fc.assert(
    fc.property(fc.array(line, {minLength: 1, maxLength: 6}), lines => {
      const diagnosis = diagnosed([['AWS Replication Agent', ...lines]], true)
      const texts = [
        ...diagnosis.causes.map(cause => `${cause.line}${cause.summary}`),
        ...diagnosis.errors.map(({text}) => text),
      ]
      for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
    }),
    {numRuns: 500},
  )
})

test('a line is shown in some hundred characters', () => {
  expect(redact('a '.repeat(100_000)).length).toBeLessThan(600)
})
