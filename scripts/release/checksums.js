import {createHash} from 'node:crypto'
import {readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {run} from './run.js'

/** Writes SHA256SUMS over all files of a folder, as sha256sum(1) checks it; signs it where a key is given. */
export async function writeChecksums(folder, key) {
  const names = (await readdir(folder)).sort()
  const lines = await Promise.all(
    names.map(async name => {
      const digest = createHash('sha256').update(await readFile(join(folder, name)))
      return `${digest.digest('hex')}  ${name}\n`
    }),
  )
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''))
  if (key !== undefined)
    run(['gpg', '--batch', '--local-user', key, '--armor', '--detach-sign', 'SHA256SUMS'], {
      cwd: folder,
      env: process.env.GNUPGHOME === undefined ? {} : {GNUPGHOME: process.env.GNUPGHOME},
    })
}
