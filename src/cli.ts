#!/usr/bin/env node
// Nothing but Node's own modules may be imported here before the version is known to be able to run the rest.
import module from 'node:module'
import process from 'node:process'

const OLDEST_NODE = 22

const major = Number(process.versions.node.split('.', 1)[0])

if (major < OLDEST_NODE) {
  process.stderr.write(
    `drs-onboard needs Node.js ${OLDEST_NODE} or later, and this is ${process.versions.node} (${process.execPath}); ` +
      'install a newer one, or run it with `npm start` in its own folder, which brings one along.\n',
  )
  process.exitCode = 2
} else {
  module.enableCompileCache?.()
  const {main} = await import('./main.ts')
  const exitCode = await main(process.argv, process.env)
  // A name that hangs in the system's resolver must not keep a finished run alive; what was printed must get out.
  await Promise.all([process.stdout, process.stderr].map(stream => new Promise(done => stream.write('', done))))
  process.exit(exitCode)
}
