import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

/** Reports the peak resident memory on file descriptor 3; preloaded into every measured process alike. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import {writeSync} from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)))",
)}`

export type Sample = {readonly milliseconds: number; readonly kilobytes: number}

/** Runs Node once with these arguments to its end. */
export function sample(args: readonly string[], exitCodes: readonly number[] = [0]): Sample {
  const started = performance.now()
  const {status, error, output, stderr} = spawnSync(process.execPath, ['--import', REPORT_MEMORY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  const milliseconds = performance.now() - started
  if (error) throw error
  if (status === null || !exitCodes.includes(status))
    throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return {milliseconds, kilobytes: Number(output[3])}
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** One measured ratio and what it is allowed to be. */
export type Ratio = {
  readonly name: string
  readonly ratio: number
  readonly atMost: number | null
  readonly atLeast?: number | null
  readonly detail: string
}

export function printRatio({name, ratio, atMost, atLeast = null, detail}: Ratio): void {
  const isMet =
    ratio <= (atMost ?? Number.POSITIVE_INFINITY) && ratio >= (atLeast ?? Number.NEGATIVE_INFINITY)
  const bound = atMost !== null ? `at most ${atMost}` : atLeast !== null ? `at least ${atLeast}` : null
  const verdict = bound === null ? '' : `  (${bound}: ${isMet ? 'met' : 'MISSED'})`
  process.stdout.write(`${name.padEnd(60)} ${ratio.toFixed(2)}x${verdict}  ${detail}\n`)
}
