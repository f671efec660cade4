// Types, lint, and the unit tests that import what has changed since origin/main (without such a branch: since the last
// commit), in two minutes at most. Tests that start the program import none of it: they are left to `npm test`.
import {spawnSync} from 'node:child_process'

const git = (...args) => spawnSync('git', args, {encoding: 'utf8'})
const {status, stdout} = git('merge-base', 'HEAD', 'origin/main')
const since = status === 0 ? stdout.trim() : 'HEAD'

/** Each takes more than ten seconds with two processors. */
const SLOW = [
  'cli/**',
  '**/killed.test.ts',
  '**/frame-size.test.tsx',
  '**/owners.test.ts',
  '**/held-installer.test.ts',
]

for (const [program, ...args] of [
  ['tsc', '--noEmit'],
  ['biome', 'check', '.'],
  [
    ...['vitest', 'run', '--project', 'unit', '--changed', since, '--passWithNoTests'],
    ...SLOW.flatMap(glob => ['--exclude', `test/${glob}`]),
  ],
]) {
  // npm has put node_modules/.bin on PATH. On Windows these are scripts.
  const {status: code} = spawnSync(program, args, {stdio: 'inherit', shell: process.platform === 'win32'})
  if (code !== 0) process.exit(code ?? 1)
}
