import {spawnSync} from 'node:child_process'

/** Debian packages of the programs that a release is made with. */
const PACKAGES = {
  strip: 'binutils',
  objdump: 'binutils',
  gcc: 'gcc',
  patchelf: 'patchelf',
  'dpkg-deb': 'dpkg',
  rpmbuild: 'rpm',
  osslsigncode: 'osslsigncode',
  zip: 'zip',
  gpg: 'gpg',
}

/** Runs a program to its end, and returns what it prints. Its environment holds nothing that could change what it makes. */
export function run([program, ...args], {cwd, env = {}, input} = {}) {
  const {PATH, HOME} = process.env
  const {status, stdout, stderr, error} = spawnSync(program, args, {
    cwd,
    input,
    env: {PATH, HOME, LC_ALL: 'C', TZ: 'UTC', ...env},
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error?.code === 'ENOENT') {
    const hint = program in PACKAGES ? ` (Debian package ${PACKAGES[program]})` : ''
    throw new Error(`${program} is not installed${hint}`)
  }
  if (error) throw error
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} failed (${status}):\n${stdout}${stderr}`)
  return stdout
}
