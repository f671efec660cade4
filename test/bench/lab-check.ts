import {startLab} from '../lab/lib/lab.ts'
import {median, type Ratio} from './measure.ts'

const ROUNDS = 5
const REGION = 'eu-central-1'
const HOSTS = [
  `drs.${REGION}.amazonaws.com/`,
  `ec2.${REGION}.amazonaws.com/`,
  `aws-elastic-disaster-recovery-${REGION}.s3.${REGION}.amazonaws.com/latest/linux/aws-replication-installer-init`,
]

/**
 * A whole healthy `check` in the lab, against the slowest of its endpoints fetched by curl, and against node itself.
 */
export async function labCheckRatio(): Promise<Ratio> {
  await using lab = await startLab({installerBytes: 64 * 1024 * 1024})
  const ours: number[] = []
  const slowest: number[] = []
  const bare: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const fetched = []
    for (const host of HOSTS) {
      fetched.push(
        await timed(() =>
          lab.source.must([
            'curl',
            '-sS',
            '--cacert',
            lab.certificates.caFile,
            '-o',
            '/dev/null',
            `https://${host}`,
          ]),
        ),
      )
    }
    slowest.push(Math.max(...fetched))
    const [node, check] = [
      await timed(() => lab.source.must([process.execPath, '-e', '0'])),
      await timed(() => lab.source.drsOnboard(['check', '--region', REGION, '--quiet'])),
    ]
    bare.push(node)
    ours.push(check)
  }
  const against = median(slowest) + median(bare)
  return {
    name: 'check in the lab / slowest endpoint by curl + node -e 0',
    ratio: median(ours) / against,
    atMost: null,
    detail: `${median(ours).toFixed(0)} ms / ${against.toFixed(0)} ms`,
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}
