import {describe, expect, it} from 'vitest'
import type {CheckOptions} from '../../src/contract/check-options.ts'
import type {RunFlags} from '../../src/options/option.ts'
import {proxyWithPlaceholders} from '../../src/options/proxy-placeholders.ts'
import {installCommand, installLines} from '../../src/report/install.ts'
import {redactOptions, scriptedCommand} from '../../src/report/scripted-equivalent.ts'
import {HOST, OPTIONS} from './parts.ts'
import {report} from './reports.ts'

const WINDOWS = {...HOST, platform: 'win32', osId: 'windows', os: 'Windows Server 2022'} as const
const PROXY = {url: 'http://user:hunter2@proxy:3128', from: 'HTTPS_PROXY'}

describe('installCommand', () => {
  it.each<[string, Partial<CheckOptions>, string]>([
    ['the plain case', {}, 'sudo -E ./aws-replication-installer-init --region eu-central-1 --no-prompt'],
    [
      'private endpoints',
      {endpoint: 'vpce-1.drs.x.vpce.amazonaws.com', s3Endpoint: 'vpce-2.s3.x.vpce.amazonaws.com'},
      'sudo -E ./aws-replication-installer-init --region eu-central-1 --endpoint vpce-1.drs.x.vpce.amazonaws.com --s3-endpoint vpce-2.s3.x.vpce.amazonaws.com --no-prompt',
    ],
    [
      'a proxy and dual-stack',
      {proxy: {url: 'https://proxy:3128', from: '--proxy-address'}, dualstack: true},
      'sudo -E ./aws-replication-installer-init --region eu-central-1 --dualstack --proxy-address https://proxy:3128/ --no-prompt',
    ],
    [
      'a proxy that wants credentials',
      {proxy: PROXY},
      'sudo -E ./aws-replication-installer-init --region eu-central-1 --proxy-address http://<USER>:<PASSWORD>@proxy:3128/ --no-prompt',
    ],
    [
      'an installer that was kept',
      {outputInstaller: '/root/'},
      'sudo -E /root/aws-replication-installer-init --region eu-central-1 --no-prompt',
    ],
  ])('on Linux: %s', (_, options, command) => {
    expect(installCommand(HOST, {...OPTIONS, ...options})?.join(' ')).toBe(command)
  })

  it('needs no sudo where there is none', () => {
    expect(installCommand(HOST, OPTIONS, {sudoInstalled: false})?.[0]).toBe(
      './aws-replication-installer-init',
    )
    expect(installCommand(HOST, OPTIONS, {sudoInstalled: true})?.[0]).toBe('sudo')
  })

  it('leaves the proxy to the environment on Windows, where the installer has no flag for it', () => {
    expect(installCommand(WINDOWS, {...OPTIONS, proxy: PROXY})).toEqual([
      '.\\AwsReplicationWindowsInstaller.exe',
      '--region',
      'eu-central-1',
      '--no-prompt',
    ])
  })

  it('is null without a Region, and on machines that have no agent', () => {
    expect(installCommand(HOST, {...OPTIONS, region: null})).toBeNull()
    expect(installCommand({...HOST, arch: 'aarch64'}, OPTIONS)).toBeNull()
  })
})

describe('installLines', () => {
  it('downloads through the proxy, and only when the installer was not kept', () => {
    const [download] = installLines(report({}, {...OPTIONS, proxy: PROXY}))
    expect(download).toMatch(/^curl -fO -x 'http:\/\/<USER>:<PASSWORD>@proxy:3128\/' https:/)
    expect(installLines(report({}, {...OPTIONS, outputInstaller: '/root'}))[0]).toBe(
      'chmod +x /root/aws-replication-installer-init',
    )
  })

  it('is PowerShell on Windows', () => {
    expect(installLines(report({host: WINDOWS}, {...OPTIONS, proxy: PROXY})).slice(1)).toEqual([
      "$env:https_proxy = 'http://<USER>:<PASSWORD>@proxy:3128/'",
      "$env:AWS_ACCESS_KEY_ID = Read-Host 'Access key ID'",
      "$secret = Read-Host 'Secret access key' -AsSecureString",
      "$env:AWS_SECRET_ACCESS_KEY = [Net.NetworkCredential]::new('', $secret).Password",
      '.\\AwsReplicationWindowsInstaller.exe --region eu-central-1 --no-prompt',
    ])
  })
})

describe('scriptedCommand', () => {
  const all: CheckOptions = {
    ...OPTIONS,
    region: 'eu-central-1',
    stagingSubnet: '10.20.0.0/16',
    replicationServer: {host: '2001:db8::7', port: 1500},
    endpoint: 'e.example',
    s3Endpoint: 's.example',
    dualstack: true,
    fips: true,
    proxy: PROXY,
    noProxy: 'corp.example',
    caBundle: '/etc/ca.pem',
    timeoutMs: 2_500,
    outputInstaller: '/root',
  }

  it.each<['check' | 'fix', CheckOptions, RunFlags, string]>([
    ['check', {...OPTIONS, region: null, stagingSubnet: null}, {}, 'drs-onboard check'],
    [
      'fix',
      OPTIONS,
      {},
      'drs-onboard fix --region eu-central-1 --staging-subnet 10.20.0.0/16 --no-prompt --yes',
    ],
    [
      'check',
      all,
      {only: ['os', 'drs-endpoint'], skip: [], strict: true, allowDisruptive: true},
      'drs-onboard check --region eu-central-1 --staging-subnet 10.20.0.0/16 --replication-server [2001:db8::7]:1500 --endpoint e.example --s3-endpoint s.example --dualstack --fips --proxy-address http://<USER>:<PASSWORD>@proxy:3128/ --ca-bundle /etc/ca.pem --timeout 2.5 --output-installer /root --only os,drs-endpoint --strict',
    ],
    [
      'fix',
      {...OPTIONS, stagingSubnet: null},
      {only: null, skip: ['os'], allowDisruptive: true},
      'drs-onboard fix --region eu-central-1 --skip os --no-prompt --yes --allow-disruptive',
    ],
  ])('%s', (mode, options, flags, command) => {
    expect(scriptedCommand(mode, options, flags).join(' ')).toBe(command)
  })
})

describe('proxyWithPlaceholders', () => {
  it.each([
    ['http://proxy:3128', 'http://proxy:3128/'],
    ['https://proxy:3128/', 'https://proxy:3128/'],
    ['proxy:3128', 'http://proxy:3128/'],
    ['http://[2001:db8::1]:3128', 'http://[2001:db8::1]:3128/'],
    ['http://user:pw@proxy:3128', 'http://<USER>:<PASSWORD>@proxy:3128/'],
    ['user:pw@proxy:3128', 'http://<USER>:<PASSWORD>@proxy:3128/'],
    ['http://user@proxy', 'http://<USER>:<PASSWORD>@proxy/'],
    ['http://user:p@ss@proxy:3128/path?key=x', 'http://<USER>:<PASSWORD>@proxy:3128/'],
    ['http://user:p/w?#@proxy:3128', 'http://<USER>:<PASSWORD>@proxy:3128/'],
    ['http://user:p@s/w@proxy:3128', 'http://<USER>:<PASSWORD>@proxy:3128/'],
    ['http://user:secret', '<PROXY URL>'],
    ['ftp://user:secret@proxy', '<PROXY URL>'],
    ['http://', '<PROXY URL>'],
  ])('shows %s as %s', (url, shown) => {
    expect(proxyWithPlaceholders(url)).toBe(shown)
  })

  it('is what a report shows of the options', () => {
    expect(redactOptions({...OPTIONS, proxy: PROXY})).toMatchObject({
      region: 'eu-central-1',
      proxy: {url: 'http://<USER>:<PASSWORD>@proxy:3128/', from: 'HTTPS_PROXY'},
    })
  })
})
