import {mkdir, mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {parseOsRelease, readLinuxHost} from '../../../src/platform/linux/host.ts'
import {hasNetAdmin} from '../../../src/platform/linux/privileges.ts'

describe('parseOsRelease', () => {
  it.each([
    [
      'ID=debian\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
      {id: 'debian', name: 'Debian GNU/Linux', versionId: '12'},
    ],
    [
      "ID='ol'\r\nNAME='Oracle Linux Server'\r\nVERSION_ID='9.4'\r\n",
      {id: 'ol', name: 'Oracle Linux Server', versionId: '9.4'},
    ],
    [
      '# comment\nID="rhel"\nNAME="A \\"quoted\\" name"\n',
      {id: 'rhel', name: 'A "quoted" name', versionId: ''},
    ],
    ['', {id: 'linux', name: 'Linux', versionId: ''}],
    ['\0\0garbage', {id: 'linux', name: 'Linux', versionId: ''}],
  ])('%j', (text, expected) => {
    expect(parseOsRelease(text)).toEqual(expected)
  })
})

describe('readLinuxHost', () => {
  const root = async (files: Record<string, string>) => {
    const directory = await mkdtemp(join(tmpdir(), 'root-'))
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), {recursive: true})
      await writeFile(join(directory, path), text)
    }
    return directory
  }

  it.each([
    [{'etc/os-release': 'ID=sles\nVERSION_ID="15.5"'}, 'sles', '15.5'],
    [{'usr/lib/os-release': 'ID=amzn\nVERSION_ID="2023"'}, 'amzn', '2023'],
    [{'etc/redhat-release': 'CentOS release 6.10 (Final)\n'}, 'centos', '6.10'],
    [{'etc/redhat-release': 'Red Hat Enterprise Linux Server release 6.9 (Santiago)\n'}, 'rhel', '6.9'],
    [{}, 'linux', ''],
  ])('%j', async (files, osId, osVersion) => {
    expect(await readLinuxHost(await root(files))).toMatchObject({osId, osVersion, platform: 'linux'})
  })
})

describe('hasNetAdmin', () => {
  it.each([
    ['CapEff:\t000001ffffffffff\n', true],
    ['CapEff:\t0000000000000000\n', false],
    // The default set of a Docker container: root without CAP_NET_ADMIN.
    ['CapEff:\t00000000a80425fb\n', false],
    ['CapEff:\t0000000000001000\n', true],
    ['nothing', false],
  ])('%j', (status, expected) => {
    expect(hasNetAdmin(status)).toBe(expected)
  })
})
