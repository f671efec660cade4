import {startLab} from '../lab/lib/lab.ts'
import {installerUrl, limitLink, time} from './lab-run.ts'
import {median, type Ratio} from './measure.ts'

const ROUNDS = 5
const INSTALLER_BYTES = 256 * 1024 * 1024

/** The installer's whole check against `curl | sha512sum` of the same object over the same link, processes included. */
export async function installerThroughputRatios(): Promise<readonly Ratio[]> {
  return [await throughput('1 Gbit/s', 0.9), await throughput('no limit', null)]
}

async function throughput(link: '1 Gbit/s' | 'no limit', atLeast: number | null): Promise<Ratio> {
  await using lab = await startLab({installerBytes: INSTALLER_BYTES})
  if (link === '1 Gbit/s') await limitLink(lab)
  const check = ['check', '--region', lab.region, '--only', 'installer-download', '--quiet']
  const pipe = 'set -o pipefail; curl -sS --cacert "$AWS_CA_BUNDLE" "$0" | sha512sum'
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    theirs.push(time(lab, ['bash', '-c', pipe, installerUrl(lab)]))
    ours.push(time(lab, lab.source.drsOnboardArgv(check)))
  }
  const rate = (milliseconds: number) =>
    `${(INSTALLER_BYTES / 1024 / 1024 / (milliseconds / 1_000)).toFixed(0)} MB/s`
  return {
    name: `curl | sha512sum / installer-download, time, ${link}`,
    ratio: median(theirs) / median(ours),
    atMost: null,
    atLeast,
    detail: `${rate(median(ours))} / ${rate(median(theirs))}`,
  }
}
