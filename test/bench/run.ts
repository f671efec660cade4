// usage: npm run bench
// Prints ratios against something real, measured in the same run; times alone say little on a shared machine.
import {labObstacle} from '../lab/lib/tools.ts'
import {firstFrameRatio} from './first-frame.ts'
import {installerMemoryRatio} from './installer-memory.ts'
import {judgeRatios} from './judge.ts'
import {labCheckRatio} from './lab-check.ts'
import {printRatio} from './measure.ts'
import {startupRatios} from './startup.ts'

for (const ratio of startupRatios()) printRatio(ratio)
printRatio(await firstFrameRatio())
for (const measured of judgeRatios()) {
  if (typeof measured === 'string') process.stdout.write(`${measured}\n`)
  else printRatio(measured)
}
const obstacle = labObstacle()
if (obstacle === null) {
  printRatio(await labCheckRatio())
  printRatio(await installerMemoryRatio())
} else process.stdout.write(`Not measured in the lab: ${obstacle}\n`)
