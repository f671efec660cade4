import type {SerializedError} from 'vitest'
import type {Reporter, TestModule} from 'vitest/node'

export type Count = {readonly passed: number; readonly failed: number; readonly skipped: number}

/**
 * Prints `N passed, N failed` (and `, N skipped`) as the very last line of a run, for scripts to read. What failed
 * outside a test counts as a failure: a file that cannot be loaded, a hook, an unhandled error. With `CI=true`
 * skipped tests make the run fail.
 */
export class CountReporter implements Reporter {
  #count: Count = {passed: 0, failed: 1, skipped: 0}

  onInit(): void {
    // Only what is written while the process ends comes after all that other reporters have to say.
    process.on('exit', () => {
      if (this.#count.skipped > 0 && process.env.CI === 'true') {
        process.stdout.write('Tests were skipped, which fails a run with CI=true.\n')
        process.exitCode ||= 1
      }
      process.stdout.write(`${countLine(this.#count)}\n`)
    })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.#count = countTests(modules, unhandledErrors.length)
  }
}

/** A test that never came to its end counts as failed. */
export function countTests(modules: readonly TestModule[], unhandledErrors: number): Count {
  const count = {passed: 0, failed: unhandledErrors, skipped: 0}
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const {state} = test.result()
      count[state === 'pending' ? 'failed' : state] += 1
    }
    const groups = [module, ...module.children.allSuites()]
    count.failed += groups.filter(group => group.errors().length > 0).length
  }
  return count
}

export function countLine({passed, failed, skipped}: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
