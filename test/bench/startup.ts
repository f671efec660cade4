import {CLI, median, type Ratio, type Sample, sample} from './measure.ts'

const ROUNDS = 25
const BARE = ['-e', '0']

const CASES = [
  {name: '--help', args: [CLI, '--help'], atMost: 1.6, memoryAtMost: 1.6},
  {
    name: 'check --only os --json',
    args: [CLI, 'check', '--only', 'os', '--json', '--quiet'],
    atMost: 2,
    memoryAtMost: 1.6,
  },
] as const

/** Start-up time and peak memory against bare `node -e 0`. Rounds alternate, so that noise meets all alike. */
export function startupRatios(): readonly Ratio[] {
  const bare: Sample[] = []
  const ours = CASES.map((): Sample[] => [])
  sample(BARE)
  for (const {args} of CASES) sample(args, [0, 3])
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(sample(BARE))
    for (const [at, {args}] of CASES.entries()) ours[at]?.push(sample(args, [0, 3]))
  }
  const time = (samples: readonly Sample[]) => median(samples.map(({milliseconds}) => milliseconds))
  const memory = (samples: readonly Sample[]) => median(samples.map(({kilobytes}) => kilobytes))
  return CASES.flatMap(({name, atMost, memoryAtMost}, at) => {
    const samples = ours[at] ?? []
    return [
      {
        name: `${name}, time`,
        ratio: time(samples) / time(bare),
        atMost,
        detail: `${time(samples).toFixed(0)} ms / ${time(bare).toFixed(0)} ms`,
      },
      {
        name: `${name}, peak memory`,
        ratio: memory(samples) / memory(bare),
        atMost: memoryAtMost,
        detail: `${(memory(samples) / 1024).toFixed(0)} MB / ${(memory(bare) / 1024).toFixed(0)} MB`,
      },
    ]
  })
}
