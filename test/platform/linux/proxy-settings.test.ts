import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, it, test} from 'vitest'
import {isEc2Instance} from '../../../src/platform/linux/host.ts'
import {
  proxiesOfApt,
  proxiesOfAssignments,
  proxiesOfUnit,
  proxiesOfYum,
  readProxySettings,
} from '../../../src/platform/linux/proxy-settings.ts'

const P = 'http://proxy.example:3128'

test.each([
  [`https_proxy=${P}`, [P]],
  [`export HTTPS_PROXY="${P}"`, [P]],
  [`ALL_PROXY='proxy.example:3128'`, [P]],
  [`http_proxy=${P}\nno_proxy=localhost`, []],
  [`# https_proxy=${P}`, []],
  ['https_proxy=$http_proxy', []],
  ['https_proxy=', []],
  [`PROXY_ENABLED="yes"\nHTTPS_PROXY="${P}"`, [P]],
  [`PROXY_ENABLED="no"\nHTTPS_PROXY="${P}"`, []],
])('assignments %j', (text, proxies) => expect(proxiesOfAssignments(text)).toEqual(proxies))

test.each([
  [`[Service]\nEnvironment="HTTPS_PROXY=${P}" "NO_PROXY=localhost"`, [P]],
  [`[Service]\nEnvironment=A=b https_proxy=${P}`, [P]],
  [`[Manager]\nDefaultEnvironment='HTTPS_PROXY=${P}'`, [P]],
  [`#Environment=HTTPS_PROXY=${P}`, []],
])('units %j', (text, proxies) => expect(proxiesOfUnit(text)).toEqual(proxies))

test.each([
  [`[main]\nproxy=${P}`, [P]],
  [`[main]\nproxy = ${P}\nproxy_username=u`, [P]],
  ['[main]\nproxy=_none_', []],
  [`[other]\nproxy=${P}`, []],
  [`[main]\n#proxy=${P}`, []],
])('yum and dnf %j', (text, proxies) => expect(proxiesOfYum(text)).toEqual(proxies))

test.each([
  [`Acquire::https::Proxy "${P}";`, [P]],
  [`Acquire { http { Proxy "${P}"; }; };`, [P]],
  [`Acquire::http { Pipeline-Depth "0"; Proxy "${P}"; }`, [P]],
  [`Acquire::http::Proxy { security.debian.org "DIRECT"; };`, []],
  ['Acquire::http::Proxy "DIRECT";', []],
  [`// Acquire::http::Proxy "${P}";\n# Acquire::http::Proxy "${P}";\n/* Acquire::http::Proxy "${P}"; */`, []],
  ['Acquire::Retries "3"; } } "', []],
])('apt %j', (text, proxies) => expect(proxiesOfApt(text)).toEqual(proxies))

describe('a root directory', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'drs-onboard-proxies-'))
  })
  afterAll(() => rm(root, {recursive: true}))
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), text)
  }

  it('names each proxy once, with its first file, without credentials, with the final slash', async () => {
    expect(await readProxySettings(root)).toEqual([])
    await put('etc/environment', 'https_proxy=http://ops:secret@proxy.example:3128\n')
    await put('etc/apt/apt.conf.d/95proxy', 'Acquire::http::Proxy "http://ops:secret@proxy.example:3128/";\n')
    await put(
      'etc/systemd/system/docker.service.d/proxy.conf',
      `[Service]\nEnvironment=HTTPS_PROXY=http://other.example:8080\n`,
    )
    await put('etc/yum.conf', '[main]\nproxy=socks5://proxy.example:1080\n')
    expect(await readProxySettings(root)).toEqual([
      {url: 'http://***@proxy.example:3128/', from: '/etc/environment'},
      {url: 'http://other.example:8080/', from: '/etc/systemd/system/docker.service.d/proxy.conf'},
    ])
  })

  it('is an EC2 instance by its firmware', async () => {
    expect(await isEc2Instance(root)).toBe(false)
    await put('sys/class/dmi/id/sys_vendor', 'Amazon EC2\n')
    expect(await isEc2Instance(root)).toBe(true)
  })
})
