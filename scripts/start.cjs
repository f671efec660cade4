// Runs before everything else: only syntax that Node.js 10 reads, so that an old one says what is needed.
const OLDEST_NODE = '22.3'

const numbers = version => version.split('.').map(Number)
const [major, minor] = numbers(process.versions.node)
const [oldestMajor, oldestMinor] = numbers(OLDEST_NODE)

if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  process.stderr.write(
    `drs-onboard requires Node.js ${OLDEST_NODE} or later; this is ${process.versions.node} (${process.execPath}). ` +
      'Run `npm ci`, which installs one, without --ignore-scripts and --omit, and start again.\n',
  )
  process.exitCode = 2
} else {
  void import('./start.js')
}
