#!/usr/bin/env node
// Nothing may be imported here before the version is known to be able to run the rest.

/** The first with `process.getBuiltinModule`. */
const OLDEST_NODE = '22.3'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number)

if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  process.stderr.write(
    `drs-onboard needs Node.js ${OLDEST_NODE} or later, and this is ${process.versions.node} (${process.execPath}); ` +
      'install a newer one, or run it with `npm start` in its own folder, which brings one along.\n',
  )
  process.exitCode = 2
} else {
  const [{startClean}, {enableCompileCache}] = await Promise.all([
    import('./environment.ts'),
    import('./compile-cache.ts'),
  ])
  if (await startClean(process.env)) {
    enableCompileCache(process.env)
    const [{main}, {startedAs}, {typedCommand}] = await Promise.all([
      import('./main.ts'),
      import('./contract/own-command.ts'),
      import('./platform/self-command.ts'),
    ])
    startedAs(typedCommand())
    await main(process.argv, process.env)
  }
}
