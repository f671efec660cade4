import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {UserError} from '../../src/contract/errors.ts'
import {resolveOptions} from '../../src/options/resolve.ts'

async function configFile(content: unknown): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'config-')), 'config.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('resolveOptions', () => {
  it('has defaults', async () => {
    expect(await resolveOptions({}, {})).toMatchObject({
      region: null,
      timeoutMs: 5000,
      format: 'text',
      prompt: true,
      yes: false,
      only: null,
      skip: [],
      proxy: null,
    })
  })

  it('lets flags win over environment, and environment over file', async () => {
    const config = await configFile({
      region: 'eu-west-1',
      timeout: 7,
      'staging-subnet': '10.1.0.0/16',
      strict: true,
    })
    const all = await resolveOptions({config, region: 'eu-north-1', timeout: '9'}, {AWS_REGION: 'eu-west-3'})
    expect(all).toMatchObject({
      region: 'eu-north-1',
      timeoutMs: 9000,
      stagingSubnet: '10.1.0.0/16',
      strict: true,
    })
    const environment = await resolveOptions({config}, {AWS_REGION: 'eu-west-3'})
    expect(environment.region).toBe('eu-west-3')
    expect(environment.sources.get('region')).toEqual({kind: 'environment', name: 'AWS_REGION'})
    expect((await resolveOptions({config}, {})).region).toBe('eu-west-1')
  })

  it('falls back from AWS_REGION to AWS_DEFAULT_REGION', async () => {
    expect((await resolveOptions({}, {AWS_DEFAULT_REGION: 'us-west-2'})).region).toBe('us-west-2')
    expect((await resolveOptions({}, {AWS_REGION: '', AWS_DEFAULT_REGION: 'us-west-2'})).region).toBe(
      'us-west-2',
    )
  })

  it('takes --no-prompt and --no-input, --json, and camel case in the file', async () => {
    expect((await resolveOptions({prompt: false}, {})).prompt).toBe(false)
    expect((await resolveOptions({input: false}, {})).prompt).toBe(false)
    expect((await resolveOptions({json: true}, {})).format).toBe('json')
    const config = await configFile({stagingSubnet: '10.1.0.0/16', only: ['os'], skip: 'privileges'})
    expect(await resolveOptions({config}, {})).toMatchObject({
      stagingSubnet: '10.1.0.0/16',
      only: ['os'],
      skip: ['privileges'],
    })
  })

  it('leaves a malformed proxy of the environment to the checks, and refuses one of a flag', async () => {
    expect((await resolveOptions({}, {https_proxy: 'nonsense'})).proxy).toEqual({
      url: 'nonsense',
      from: 'https_proxy',
    })
    await expect(resolveOptions({proxyAddress: 'nonsense'}, {})).rejects.toThrow(
      /^--proxy-address must be an http/,
    )
  })

  it.each([
    [{stagingSubnet: '10.0.0.0'}, /^--staging-subnet has no prefix length: "10\.0\.0\.0"; use a value like/],
    [
      {replicationServer: '10.0.0.1:99999'},
      /^--replication-server has a port outside 1 to 65535: "99999"\.$/,
    ],
    [{only: 'os,nope'}, /^--only has an unknown check "nope"; valid checks: os, privileges/],
    [{timeout: 'soon'}, /^--timeout must be a number of seconds from 0\.1 to 600, not "soon"\.$/],
    [{format: 'xml'}, /^--format must be one of text, json, markdown, html, junit\.$/],
    [{config: '/does/not/exist.json'}, /config\.json|exist\.json cannot be read \(ENOENT\)/],
  ])('refuses %j in one sentence', async (flags, message) => {
    const error = await resolveOptions(flags, {}).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({exitCode: 2, message: expect.stringMatching(message)})
  })

  it.each([
    [`{"only": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'must be a list of check ids'],
    ['{"only": [["os"]]}', 'must be a list of check ids'],
    ['{', /is invalid JSON/],
    ['[]', /must contain one JSON object/],
    [{'staging-subnt': '10.0.0.0/8'}, /unknown key "staging-subnt"; did you mean "staging-subnet"\?/],
    [{yes: true}, /unknown key "yes"/],
    [{strict: 'yes'}, /"strict" in .*config\.json must be true or false\.$/],
    [{only: [7]}, /has an unknown check 7/],
  ])('refuses the config file %j', async (content, message) => {
    const config = await configFile(content)
    await expect(resolveOptions({config}, {})).rejects.toThrow(message)
  })
})
