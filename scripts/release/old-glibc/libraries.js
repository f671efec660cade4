import {createHash} from 'node:crypto'
import {copyFile, mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {run} from '../run.js'

const MIRROR = 'https://deb.debian.org/debian/pool/main/g/gcc-10/'
const CACHE = 'node_modules/.cache/release'

/**
 * The C++ library that Node.js needs is newer than those of RHEL 7 and Ubuntu 14.04: Debian 11's goes with the program. Later ones
 * ask for more of glibc.
 */
const PACKAGES = [
  {
    name: 'libstdc++6',
    version: '10.2.1-6',
    sha256: '5c155c58935870bf3b4bfe769116841c0d286a74f59eccfd5645693ac23f06b1',
    file: 'usr/lib/x86_64-linux-gnu/libstdc++.so.6',
  },
  {
    name: 'libgcc-s1',
    version: '10.2.1-6',
    sha256: 'e478f2709d8474165bb664de42e16950c391f30eaa55bc9b3573281d83a29daf',
    file: 'lib/x86_64-linux-gnu/libgcc_s.so.1',
  },
]

/** Has the license of both. */
const LICENSE = {
  name: 'gcc-10-base',
  version: '10.2.1-6',
  sha256: 'be65535e94f95fbf04b104e8ab36790476f063374430f7dfc6c516cbe2d2cd1e',
  file: 'usr/share/doc/gcc-10-base/copyright',
}

/** Downloads these packages once, checks them each time, and unpacks the libraries and their license. */
export async function compilerLibraries(scratch) {
  const libraries = await Promise.all(PACKAGES.map(each => unpack(each, scratch)))
  const {file} = await unpack(LICENSE, scratch)
  return {libraries, license: `Source: ${MIRROR}\n\n${await readFile(file, 'utf8')}`}
}

async function unpack({name, version, sha256, file}, scratch) {
  const archive = `${name}_${version}_amd64.deb`
  const kept = join(CACHE, archive)
  if ((await digestOf(kept)) !== sha256) {
    const response = await fetch(MIRROR + archive)
    if (!response.ok) throw new Error(`${MIRROR}${archive}: ${response.status}`)
    const fresh = join(scratch, archive)
    await writeFile(fresh, Buffer.from(await response.arrayBuffer()))
    const found = await digestOf(fresh)
    if (found !== sha256) throw new Error(`${archive} is not the package that is expected: ${found}`)
    await mkdir(CACHE, {recursive: true})
    await copyFile(fresh, `${kept}.${process.pid}`)
    await rename(`${kept}.${process.pid}`, kept)
  }
  const folder = join(scratch, name)
  run(['dpkg-deb', '-x', kept, folder])
  return {name, version, sha256, file: join(folder, file)}
}

async function digestOf(file) {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
