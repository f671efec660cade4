import {readdir, readFile, rm, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gzipSync} from 'node:zlib'
import {run} from './run.js'

/** Packs a folder so that the same files make the same bytes; `epoch` is the time of every file, in seconds. */
export async function packTarGz(parent, folder, file, {epoch, fast}) {
  const tar = `${file}.tar`
  const same = [
    '--sort=name',
    `--mtime=@${epoch}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=ustar',
  ]
  run(['tar', ...same, '-C', parent, '-cf', tar, folder])
  await writeFile(file, gzipSync(await readFile(tar), {level: fast ? 1 : 9}))
  await rm(tar)
}

/** The same as a zip archive, which Windows unpacks. */
export async function packZip(parent, folder, file, {epoch, fast}) {
  const names = (await readdir(join(parent, folder))).sort().map(name => `${folder}/${name}`)
  for (const name of names) await utimes(join(parent, name), epoch, epoch)
  run(['zip', fast ? '-1' : '-9', '-q', '-X', file, ...names], {cwd: parent})
}
