// Types, lint, and the unit tests that import what has changed since origin/main (without such a branch: since the last
// commit). Slow files, and tests that start the program, are left to `npm test`.
import {spawnSync} from 'node:child_process'

const git = (...args) => spawnSync('git', args, {encoding: 'utf8'})
const {status, stdout} = git('merge-base', 'HEAD', 'origin/main')
const since = status === 0 ? stdout.trim() : 'HEAD'

for (const [program, ...args] of [
  ['tsc', '--noEmit'],
  ['biome', 'check', '.'],
  ['vitest', 'run', '--project', 'unit', '--changed', since, '--passWithNoTests'],
]) {
  // npm has put node_modules/.bin on PATH. On Windows these are scripts.
  const env = {...process.env, TEST_QUICK: '1'}
  const {status: code} = spawnSync(program, args, {
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  })
  if (code !== 0) process.exit(code ?? 1)
}
