import {startLab} from '../lab/lib/lab.ts'
import {NODE} from '../lab/lib/paths.ts'
import {CLI, median, type Ratio} from './measure.ts'

const ROUNDS = 3
const SMALL = 5 * 1024 * 1024
const LARGE = 400 * 1024 * 1024

/** Writes the peak resident memory, in kB, as the last line of standard error. */
const REPORT_MEMORY = `data:text/javascript,${encodeURIComponent(
  "import {writeSync} from 'node:fs'; process.on('exit', () => writeSync(2, String(process.resourceUsage().maxRSS)))",
)}`

/** Peak memory of the installer's check, for an object of 400 MB against one of 5 MB. */
export async function installerMemoryRatio(): Promise<Ratio> {
  const [small, large] = [await peak(SMALL), await peak(LARGE)]
  return {
    name: 'memory of a download of 400 MB / of 5 MB',
    ratio: large / small,
    atMost: 1.1,
    detail: `${(large / 1024).toFixed(0)} MB / ${(small / 1024).toFixed(0)} MB`,
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
