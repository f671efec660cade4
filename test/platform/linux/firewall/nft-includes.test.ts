import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {readNftIncludes} from '../../../../src/platform/linux/firewall/managers.ts'

async function includesOf(files: Readonly<Record<string, string>>, main: string): Promise<readonly string[]> {
  const root = await mkdtemp(join(tmpdir(), 'includes-'))
  onTestFinished(() => rm(root, {recursive: true}))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), {recursive: true})
    await writeFile(join(root, path), text)
  }
  const read = (path: string) => readFile(join(root, path), 'utf8').catch(() => null)
  const found = await readNftIncludes({'/etc/nftables.conf': main}, read, root)
  for (const [path, text] of Object.entries(found)) expect(text).toBe(files[path])
  return Object.keys(found)
}

test('follows names, patterns, and files that are included by others', async () => {
  const files = {
    '/etc/nftables/b.nft': '',
    '/etc/nftables/a.nft': 'include "sets/hosts.nft"\n',
    '/etc/nftables/a.nft.rpmsave': '',
    '/etc/sets/hosts.nft': '',
    '/etc/one.nft': '',
  }
  const main = '#include "/etc/one.nft"\ninclude "/etc/nftables/*.nft"\n'
  expect(await includesOf(files, main)).toEqual([
    '/etc/nftables/a.nft',
    '/etc/nftables/b.nft',
    '/etc/sets/hosts.nft',
  ])
})

test('ends where files include each other, and passes over what is not there', async () => {
  const files = {
    '/etc/a.nft': 'include "/etc/b.nft"\n',
    '/etc/b.nft': 'include "/etc/a.nft"\ninclude "/etc"\n',
  }
  expect(await includesOf(files, 'include "/etc/a.nft"\ninclude "/etc/none.nft"\n')).toEqual([
    '/etc/a.nft',
    '/etc/b.nft',
  ])
})
