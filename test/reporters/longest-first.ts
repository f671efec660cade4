import {BaseSequencer, type TestSpecification} from 'vitest/node'

/** Files of the lab that take minutes, the longest first: begun last, one of them would be waited for alone. */
const LONGEST = [
  'repair-firewalld',
  'kernel-agrees',
  'repair-ufw',
  'repair-iptables',
  'crash',
  'executable',
  'repair-nft',
  'blame',
  'fuzz',
  'dead-man',
  'public-cases',
  'repair-lasting',
  'concurrency',
  'proof',
  'changed-since',
  'wine',
  'persist-unit',
]

const rank = ({moduleId}: TestSpecification): number => {
  const at = LONGEST.findIndex(name => moduleId.endsWith(`/${name}.test.ts`))
  return at === -1 ? LONGEST.length : at
}

/** Starts the longest files first; the others in the order that they would have. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}
