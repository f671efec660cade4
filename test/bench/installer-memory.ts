import {startLab} from '../lab/lib/lab.ts'
import {NODE} from '../lab/lib/paths.ts'
import {CLI, median, type Ratio} from './measure.ts'

const ROUNDS = 3
const SMALL = 16 * 1024 * 1024
const LARGE = 1024 * 1024 * 1024
const MAX_DIFFERENCE_KB = 10 * 1024

/** Writes the peak resident memory, in kB, as the last line of standard error. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import {writeSync} from 'node:fs'; process.on('exit', () => writeSync(2, String(process.resourceUsage().maxRSS)))",
)}`

/** Peak memory of the installer's check: an object of 1 GB may take 10 MB more than one of 16 MB. */
export async function installerMemoryRatio(): Promise<Ratio> {
  const [small, large] = [await peak(SMALL), await peak(LARGE)]
  const megabytes = (kilobytes: number) => (kilobytes / 1024).toFixed(1)
  return {
    name: 'memory of a download of 1 GB less that of 16 MB / 10 MB',
    ratio: (large - small) / MAX_DIFFERENCE_KB,
    atMost: 1,
    detail: `${megabytes(large)} MB - ${megabytes(small)} MB`,
  }
}

async function peak(installerBytes: number): Promise<number> {
  await using lab = await startLab({installerBytes})
  const argv = ['check', '--region', lab.region, '--only', 'installer-download', '--quiet']
  const peaks: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const {code, stderr} = await lab.source.run([NODE, '--import', REPORT_MEMORY, CLI, ...argv])
    if (code !== 0) throw new Error(`the check of the installer ended with ${code}: ${stderr}`)
    peaks.push(Number(stderr))
  }
  return median(peaks)
}
