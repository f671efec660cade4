import {defineConfig} from 'vitest/config'
import {CountReporter} from './test/reporters/count.ts'
import {LongestFirst} from './test/reporters/longest-first.ts'

/** Each takes more than ten seconds with two processors; `npm run test:quick` leaves them out. */
const SLOW = [
  'test/cli/**',
  'test/**/killed.test.ts',
  'test/**/frame-size.test.tsx',
  'test/**/owners.test.ts',
  'test/**/held-installer.test.ts',
]

/** Artefacts that take minutes, and Debian's mirror, to build: `npm run test:release`. */
const RELEASES = ['old-linux', 'packages', 'windows'].map(name => `test/lab/release/${name}.test.ts`)

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    sequence: {sequencer: LongestFirst},
    // For `--changed`: a new dependency does not concern every test.
    forceRerunTriggers: ['**/vitest.config.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/lab/**', 'test/pty/**', ...(process.env.TEST_QUICK === undefined ? [] : SLOW)],
          maxWorkers: '100%',
          // Against hanging alone: a machine may be busy with other work.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts', 'test/pty/**/*.test.ts'],
          exclude: RELEASES,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Each lab runs several servers of its own, and waits half of its time.
          maxWorkers: 3,
          sequence: {groupOrder: 1},
        },
      },
      {
        test: {
          name: 'release',
          include: RELEASES,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: {groupOrder: 2},
        },
      },
    ],
  },
})
