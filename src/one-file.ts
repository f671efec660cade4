/**
 * Where the executable starts, in which Node.js and this program are one file: with the Node.js that it was built with, and
 * compiled code inside. Not `cli.ts`, which has to run on any Node.js and keeps compiled code in a folder.
 */
import {startClean} from './platform/process/environment.ts'

async function start(): Promise<void> {
  if (!(await startClean(process.env))) return
  const {main} = await import('./main.ts')
  await main(process.argv, process.env)
}

void start()
