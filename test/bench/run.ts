// usage: npm run bench
// Prints ratios against something real, measured in the same run; times alone say little on a shared machine.
import {labObstacle} from '../lab/lib/tools.ts'
import {nodeObstacle, WINE_TOOLS} from '../lab/windows/node-exe.ts'
import {firstFrameRatio} from './first-frame.ts'
import {installerMemoryRatio} from './installer-memory.ts'
import {installerThroughputRatios} from './installer-throughput.ts'
import {judgeRatios} from './judge.ts'
import {keyEchoRatio} from './key-echo.ts'
import {droppedCheckRatio, labCheckRatios} from './lab-check.ts'
import {printRatio} from './measure.ts'
import {startupRatios} from './startup.ts'
import {windowsRulesRatios} from './windows-rules.ts'

for (const ratio of startupRatios()) printRatio(ratio)
printRatio(await firstFrameRatio())
for (const measured of judgeRatios()) {
  if (typeof measured === 'string') process.stdout.write(`${measured}\n`)
  else printRatio(measured)
}
const obstacle = labObstacle()
if (obstacle === null) {
  for (const ratio of await labCheckRatios()) printRatio(ratio)
  printRatio(await droppedCheckRatio())
  for (const ratio of await installerThroughputRatios()) printRatio(ratio)
  printRatio(await installerMemoryRatio())
  printRatio(await keyEchoRatio())
  const noWine = labObstacle(WINE_TOOLS) ?? nodeObstacle()
  if (noWine === null) for (const ratio of await windowsRulesRatios()) printRatio(ratio)
  else process.stdout.write(`Not measured in wine: ${noWine}\n`)
} else process.stdout.write(`Not measured in the lab: ${obstacle}\n`)
