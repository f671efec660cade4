import {defineConfig} from 'vitest/config'
import {CountReporter} from './test/reporters/count.ts'

export default defineConfig({
  test: {
    reporters: ['default', new CountReporter()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/lab/**', 'test/pty/**'],
          maxWorkers: '100%',
          // Against hanging alone: a machine may be busy with other work.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts', 'test/pty/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Each lab runs several servers of its own.
          maxWorkers: 2,
          sequence: {groupOrder: 1},
        },
      },
    ],
  },
})
