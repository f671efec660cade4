import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {isInHostsFile} from '../../../../src/platform/network/dns/this-host.ts'

const TEXT = `127.0.0.1 localhost
# 10.0.0.1 commented.example
10.0.0.2\tDrs.example  alias.example # not.example
10.0.0.3
`

it.each([
  ['drs.example', true],
  ['ALIAS.example', true],
  ['localhost', true],
  ['commented.example', false],
  ['not.example', false],
  ['10.0.0.2', false],
  ['rs.example', false],
])('%s is in the hosts file: %s', async (name, expected) => {
  const path = join(await mkdtemp(join(tmpdir(), 'hosts-')), 'hosts')
  await writeFile(path, TEXT)
  expect(await isInHostsFile(name, path)).toBe(expected)
})

it('a missing file names nobody', async () => {
  expect(await isInHostsFile('drs.example', join(tmpdir(), 'no', 'such', 'file'))).toBe(false)
})
