import {startLab} from '../lab/lib/lab.ts'
import {fetching, installerUrl, limitLink, time} from './lab-run.ts'
import {median, type Ratio} from './measure.ts'

const ROUNDS = 9
const INSTALLER_BYTES = 64 * 1024 * 1024
const STEP_SECONDS = 3

/**
 * A whole healthy `check` in the lab against the slowest of its endpoints fetched by curl, and Node's own start. Rounds
 * alternate, so that noise meets all alike. Over a link that costs no time the processors are all that is measured: there
 * curl leaves the digest, seventeen names and the firewall's rules aside.
 */
export async function labCheckRatios(): Promise<readonly Ratio[]> {
  return [await healthy('1 Gbit/s', 1.25), await healthy('no limit', null)]
}

async function healthy(link: '1 Gbit/s' | 'no limit', atMost: number | null): Promise<Ratio> {
  await using lab = await startLab({installerBytes: INSTALLER_BYTES})
  if (link === '1 Gbit/s') await limitLink(lab)
  const urls = [
    `https://drs.${lab.region}.amazonaws.com/`,
    `https://ec2.${lab.region}.amazonaws.com/`,
    installerUrl(lab),
  ]
  const check = lab.source.drsOnboardArgv(['check', '--region', lab.region, '--quiet'])
  const against: number[] = []
  const ours: number[] = []
  time(lab, check)
  for (let round = 0; round < ROUNDS; round += 1) {
    const slowest = Math.max(...urls.map(url => time(lab, fetching(lab, url))))
    // Entering the lab counts once on either side.
    against.push(slowest + time(lab, [process.execPath, '-e', '0']) - time(lab, ['true']))
    ours.push(time(lab, check))
  }
  return {
    name: `check / slowest endpoint by curl + node -e 0, ${link}`,
    ratio: median(ours) / median(against),
    atMost,
    detail: `${median(ours).toFixed(0)} ms / ${median(against).toFixed(0)} ms`,
  }
}

/** A `check` with all of TCP 443 dropped on the way: every step waits for its whole time, and all wait at once. */
export async function droppedCheckRatio(): Promise<Ratio> {
  await using lab = await startLab()
  await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '443', '-j', 'DROP')
  const argv = ['check', '--region', lab.region, '--timeout', String(STEP_SECONDS), '--quiet']
  const runs = Array.from({length: 3}, () => time(lab, lab.source.drsOnboardArgv(argv), [3]))
  return {
    name: 'check with 443 dropped on the way / one step + 1 s',
    ratio: median(runs) / (STEP_SECONDS * 1_000 + 1_000),
    atMost: 1,
    detail: `${median(runs).toFixed(0)} ms / ${STEP_SECONDS + 1} s`,
  }
}
