// Kills the built program at every point where it can be killed, and looks what the next run makes of it.
// usage: npm run crash -- [--runs N] [--only SCENARIO]
// Exits with 1 when a server was left in a state that is neither repaired nor as before.
import {parseArgs} from 'node:util'
import {labObstacle} from '../lib/tools.ts'
import {crashOnce, openCrashScene} from './crash.ts'
import {SCENARIOS} from './scenarios.ts'

const write = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const {values} = parseArgs({
  options: {runs: {type: 'string', default: '500'}, only: {type: 'string', default: ''}},
})
const obstacle = labObstacle(['setfattr', 'setfacl'])
if (obstacle !== null) {
  write(obstacle)
  process.exit(1)
}
const scenarios = SCENARIOS.filter(({name}) => name.startsWith(values.only))
const share = Math.ceil(Number(values.runs) / scenarios.length)
let failed = 0
for (const scenario of scenarios) {
  const scene = await openCrashScene(scenario)
  try {
    // Spread over all points, whatever the number of runs.
    const stride = Math.max(1, Math.floor(scene.points.length / share))
    for (let run = 0; run < share; run += 1) {
      await crashOnce(scene, run * stride).catch((error: unknown) => {
        failed += 1
        write(error instanceof Error ? error.message : String(error))
      })
    }
    write(`${scenario.name}: ${share} runs, ${scene.points.length} points`)
  } finally {
    await scene.lab.stop()
  }
}
write(`${share * scenarios.length} runs, ${failed} inconsistent`)
process.exit(failed > 0 ? 1 : 0)
