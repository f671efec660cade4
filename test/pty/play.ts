// A wizard with a scripted host on a real terminal: for what concerns the terminal alone, at screens that take long to
// reach otherwise. Bundled by `every-screen.test.ts`, since Node runs no JSX.
// usage: play.js WAY PID_FILE
import {writeFileSync} from 'node:fs'
import {untilSignal} from '../../src/commands/signals.ts'
import {Interrupted} from '../../src/contract/errors.ts'
import {runWizard} from '../../src/screens/wizard.tsx'
import {scriptedHost} from '../screens/scripted-host.ts'
import {WAYS} from '../screens/ways.ts'

const [, , name = '', pidFile = ''] = process.argv
const way = WAYS[name]
if (way === undefined) throw new Error(`there is no way to ${name}`)
writeFileSync(pidFile, String(process.pid))

const {stdin, stdout, stderr} = process
try {
  await untilSignal(signal => runWizard(scriptedHost(way.script), {stdin, stdout, stderr, signal}))
} catch (error) {
  if (!(error instanceof Interrupted)) throw error
  process.exitCode = error.exitCode
}
process.exit()
