// Opens drs-onboard on a source server whose firewall blocks it: the whole job, repair included, without touching
// this machine.
// usage: npm run demo [-- ARGUMENTS...]    the wizard, or drs-onboard with ARGUMENTS
//        npm run demo -- --shell           a shell on that source server, which knows drs-onboard
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {constants} from 'node:os'
import type {Argv} from './lib/host.ts'
import {type Lab, startLab} from './lib/lab.ts'
import {CLI, NODE} from './lib/paths.ts'
import {labObstacle, SYSTEM_PATH} from './lib/tools.ts'
import {STAGING} from './lib/topology.ts'

/** Lets in and out what a server needs, blocks 443 and 1500 by name, and rejects what no rule allows. */
const FIREWALL = `*filter
-A OUTPUT -o lo -j ACCEPT
-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A OUTPUT -p udp --dport 53 -j ACCEPT
-A OUTPUT -p tcp --dport 53 -j ACCEPT
-A OUTPUT -p udp --dport 123 -j ACCEPT
-A OUTPUT -p tcp --dport 443 -j DROP
-A OUTPUT -p tcp --dport 1500 -j DROP
-A OUTPUT -p tcp --dport 22 -j ACCEPT
-A OUTPUT -j REJECT --reject-with icmp-port-unreachable
COMMIT
`

/** Fast enough to be no bore, slow enough to see the download move. */
const BYTES_PER_SECOND = 8_000_000

/** The source server's own `/run` and `/etc` go with the lab. */
const PROGRAMS = '/run/programs'
const CA_BUNDLE = '/etc/lab-ca.pem'

/** Time that a program has to clean up after it was told to end. */
const LAST_WORDS_MS = 5_000

process.exitCode = await demo(process.argv.slice(2))

async function demo(args: readonly string[]): Promise<number> {
  const obstacle = labObstacle()
  if (obstacle !== null) {
    process.stderr.write(`${obstacle}\n`)
    return 1
  }
  // The terminal sends Ctrl-C to the program on the source server too, which decides what it means.
  process.on('SIGINT', () => undefined)
  const lab = await startLab({replicationServer: true, faults: {bytesPerSecond: BYTES_PER_SECOND}})
  try {
    await lab.source.firewall.restore(FIREWALL)
    await install(lab)
    process.stderr.write(
      `A lab: a source server whose firewall blocks TCP 443 and 1500. Your machine is not touched.\n` +
        `Region ${lab.region}, staging area subnet ${STAGING.subnet}, replication server ${STAGING.ipv4}.\n\n`,
    )
    return await runOnTerminal(lab, commandOf(args))
  } finally {
    await lab.stop()
  }
}

/** Puts drs-onboard on the source server's PATH, so that what it prints for people to run is as short as on theirs. */
async function install({source, certificates: {caFile}}: Lab): Promise<void> {
  await source.must(['mkdir', PROGRAMS])
  await source.must(['ln', '-s', CLI, `${PROGRAMS}/drs-onboard`])
  await source.must(['ln', '-s', NODE, `${PROGRAMS}/node`])
  await source.must(['cp', caFile, CA_BUNDLE])
}

function commandOf(args: readonly string[]): Argv {
  return args[0] === '--shell' ? ['bash', '--norc', '-i'] : [`${PROGRAMS}/drs-onboard`, ...args]
}

/** Runs a program on the source server with this terminal as its own; ends with it, and ends it when told to end. */
async function runOnTerminal(lab: Lab, argv: Argv): Promise<number> {
  const [program, ...args] = lab.source.enter(argv)
  const terminal = Object.fromEntries(
    ['TERM', 'COLORTERM', 'NO_COLOR', 'COLUMNS', 'LINES'].flatMap(name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const environment = lab.source.environment({
    ...terminal,
    PATH: `${PROGRAMS}:${SYSTEM_PATH}`,
    AWS_CA_BUNDLE: CA_BUNDLE,
    PS1: '\\u@\\h:\\w\\$ ',
  })
  const child = spawn(program, args, {stdio: 'inherit', env: environment})
  for (const signal of ['SIGHUP', 'SIGTERM'] as const) {
    process.on(signal, () => {
      child.kill(signal)
      // An interactive shell does not heed SIGTERM.
      setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS).unref()
    })
  }
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + (signal ? constants.signals[signal] : 0)
}
