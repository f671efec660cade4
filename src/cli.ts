#!/usr/bin/env node
// Nothing may be imported here before the version is known to be able to run the rest.

/** The first with `process.getBuiltinModule`. */
const OLDEST_NODE = '22.3'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number)

if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  process.stderr.write(
    `drs-onboard requires Node.js ${OLDEST_NODE} or later; this is ${process.versions.node} (${process.argv[0]}). ` +
      'Install a newer one, or run `npm start` in its folder, which includes one.\n',
  )
  process.exitCode = 2
} else {
  const [{startClean}, {enableCompileCache}] = await Promise.all([
    import('./platform/process/environment.ts'),
    import('./platform/process/compile-cache.ts'),
  ])
  if (await startClean(process.env)) {
    enableCompileCache(process.env)
    const {main} = await import('./main.ts')
    await main(process.argv, process.env)
  }
}
