import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, mkdir, mkdtemp, readlink, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable, Writable} from 'node:stream'
import {libraryFile, PROJECT} from './paths.ts'
import {etcFiles, HOST_NAMES, type HostName, networkSetup} from './topology.ts'

/** `root`: plain namespaces, made with real root. `user`: all of it inside a user namespace, without root. */
export type Privileges = 'root' | 'user'

export type Namespaces = {
  /** The lab's scratch directory, seen under the same path by every host; it goes with the lab. */
  readonly directory: string
  /** Command that runs `command` on a host of the lab. It execs: the process is `command` itself. */
  enter(
    host: HostName | 'router',
    command: readonly string[],
    workingDirectory: string,
  ): [string, ...string[]]
  /** Process ids of the processes that hold the hosts' namespaces; the router's is the lab's first process. */
  holders(): readonly number[]
  /** Kills every process of the lab and removes its directory; returns when nothing is left. */
  stop(): Promise<void>
}

type Init = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * Makes the lab's namespaces and links. They end with `stop`, or with this process however it ends.
 *
 * @throws Error with what was printed, when this machine refuses a step.
 */
export async function createNamespaces(privileges: Privileges): Promise<Namespaces> {
  for (const hidden of ['/etc/', '/run/', '/var/lib/']) {
    if (PROJECT.startsWith(hidden)) {
      throw new Error(`The lab's hosts have a ${hidden} of their own: check the project out elsewhere.`)
    }
  }
  const directory = await writeSetup()
  const init = startInit(privileges, directory)
  const pids = await readPids(init)
  const holder = (host: HostName | 'router'): number => {
    const pid = pids.get(host)
    if (pid === undefined) throw new Error(`The lab has no host ${host}.`)
    return pid
  }
  await assertIsolated(holder('source'))
  return {
    directory,
    holders: () => [...pids.values()],
    enter: (host, command, workingDirectory) => [
      'nsenter',
      `--target=${holder(host)}`,
      ...(privileges === 'user' ? ['--user', '--preserve-credentials'] : []),
      ...['--net', '--mount', '--uts', '--ipc', '--'],
      // Entering a mount namespace leads to its root directory.
      ...['env', `--chdir=${workingDirectory}`, '--'],
      ...command,
    ],
    async stop() {
      if (init.exitCode !== null || init.signalCode !== null) return
      const ended = once(init, 'exit')
      init.stdin.end()
      await ended
    },
  }
}

async function writeSetup(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'drs-onboard-lab-'))
  // Programs that run without privileges read from it too.
  await chmod(directory, 0o755)
  await Promise.all(['ip', 'etc'].map(name => mkdir(join(directory, name))))
  await Promise.all([
    ...[...networkSetup()].map(([host, batch]) => writeFile(join(directory, 'ip', host), batch)),
    ...[...etcFiles()].map(([name, text]) => writeFile(join(directory, 'etc', name), text)),
  ])
  return directory
}

function startInit(privileges: Privileges, directory: string): Init {
  const user = privileges === 'user' ? ['--user', '--map-root-user'] : []
  const namespaces = [...user, '--net', '--mount', '--uts', '--ipc']
  return spawn('unshare', [...namespaces, '--', 'bash', libraryFile('init.sh'), directory, ...HOST_NAMES], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C'},
    // A session of its own: Ctrl-C on our terminal must not end the process that cleans up.
    detached: true,
  })
}

async function readPids(init: Init): Promise<Map<string, number>> {
  const pids = new Map<string, number>()
  let complaint = ''
  init.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  if (init.pid !== undefined) pids.set('router', init.pid)
  const failed = new Promise<never>((_, reject) => {
    init.once('error', reject)
    init.once('close', () => reject(new Error(`The lab's namespaces could not be made: ${complaint.trim()}`)))
  })
  const ready = (async () => {
    for await (const line of createInterface({input: init.stdout})) {
      if (line === 'ready') return pids
      const [host = '', pid] = line.split(' ')
      pids.set(host, Number(pid))
    }
    return failed
  })()
  return Promise.race([ready, failed])
}

/** Nothing may ever be done to the firewall that this process itself lives behind. */
async function assertIsolated(pid: number): Promise<void> {
  const [own, other] = await Promise.all(['self', pid].map(of => readlink(`/proc/${of}/ns/net`)))
  if (own === other) throw new Error('The lab has no network namespace of its own; nothing was run in it.')
}
