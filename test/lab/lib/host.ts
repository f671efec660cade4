import {constants} from 'node:os'
import type {Readable} from 'node:stream'
import {execa} from 'execa'
import type {Terminal, TerminalSize} from '../../pty/terminal.ts'
import type {Namespaces} from './namespaces.ts'
import {PROJECT} from './paths.ts'
import {SYSTEM_PATH} from './tools.ts'
import type {HostName} from './topology.ts'

export type Argv = readonly [program: string, ...args: string[]]

export type RunOptions = {
  /** Added to the lab's own bare environment; nothing is inherited from the test runner. */
  readonly env?: Readonly<Record<string, string>>
  /** Standard input; empty unless given. */
  readonly input?: string
  /** A directory that exists on the host too; the project's unless given. */
  readonly workingDirectory?: string
  /** Run as uid 1000 without any capability, as a plain user of the host. */
  readonly unprivileged?: boolean
}

export type RunResult = {
  /** Exit code, or 128 and the signal's number as a shell would say. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A program that runs on a host. It is the program itself, not a wrapper: signals and streams are its own. */
export type Running = {
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
  kill(signal?: NodeJS.Signals): void
  /** Never rejects once the program has started. */
  readonly ended: Promise<RunResult>
}

const LONGEST_RUN_MS = 120_000
const LONGEST_START_MS = 20_000

/** One machine of the lab. */
export class LabHost {
  readonly name: HostName | 'router'
  readonly #namespaces: Namespaces

  constructor(name: HostName | 'router', namespaces: Namespaces) {
    this.name = name
    this.#namespaces = namespaces
  }

  /** The command that runs `argv` on this host, to start processes by other means. */
  enter(argv: Argv, options: RunOptions = {}): Argv {
    const command = options.unprivileged ? [...PLAIN_USER, ...argv] : argv
    return this.#namespaces.enter(this.name, command, options.workingDirectory ?? PROJECT)
  }

  /** Environment in which programs of this host run. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {PATH: SYSTEM_PATH, HOME: this.#namespaces.directory, LANG: 'C.UTF-8', ...extra}
  }

  /** Starts a program and returns at once. */
  start(argv: Argv, options: RunOptions = {}): Running {
    const [program, ...args] = this.enter(argv, options)
    const child = execa(program, args, {
      reject: false,
      extendEnv: false,
      env: this.environment(options.env),
      stripFinalNewline: false,
      maxBuffer: 64 * 1024 * 1024,
      input: options.input ?? '',
    })
    const {pid} = child
    if (pid === undefined) throw new Error(`${this.name}: ${program} could not be started.`)
    const ended = child.then(({exitCode, signal, stdout, stderr}) => ({
      code: exitCode ?? 128 + (signal ? constants.signals[signal] : 0),
      stdout,
      stderr,
    }))
    return {pid, stdout: child.stdout, stderr: child.stderr, ended, kill: signal => child.kill(signal)}
  }

  /** Runs a program to its end, and kills it after two minutes. */
  async run(argv: Argv, options: RunOptions = {}): Promise<RunResult> {
    const running = this.start(argv, options)
    const giveUp = setTimeout(() => running.kill('SIGKILL'), LONGEST_RUN_MS)
    return running.ended.finally(() => clearTimeout(giveUp))
  }

  /**
   * Runs a program that has to succeed; returns its standard output.
   *
   * @throws Error with the exit code and what was said on standard error.
   */
  async must(argv: Argv, options: RunOptions = {}): Promise<string> {
    const {code, stdout, stderr} = await this.run(argv, options)
    if (code !== 0)
      throw new Error(`${this.name}: \`${argv.join(' ')}\` ended with ${code}: ${stderr.trim()}`)
    return stdout
  }

  /**
   * Starts a server and waits until its output, on either stream, matches `ready`.
   *
   * @throws Error with all it said when it ends before that, or says nothing of the kind within 20 seconds.
   */
  async startServer(argv: Argv, ready: RegExp): Promise<Running> {
    const running = this.start(argv)
    let said = ''
    const listening = new Promise<void>(resolve => {
      for (const stream of [running.stdout, running.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text
          if (ready.test(said)) resolve()
        })
      }
    })
    const giveUp = setTimeout(() => running.kill('SIGKILL'), LONGEST_START_MS)
    const ended = running.ended.then(() => {
      if (!ready.test(said))
        throw new Error(`${this.name}: \`${argv.join(' ')}\` did not start: ${said.trim()}`)
    })
    await Promise.race([listening, ended]).finally(() => clearTimeout(giveUp))
    return running
  }

  /** Opens a terminal on this host and runs a program in it. */
  async openTerminal(argv: Argv, options: RunOptions & TerminalSize = {}): Promise<Terminal> {
    // The terminal's native part is loaded only where a terminal is wanted.
    const {openTerminal} = await import('../../pty/terminal.ts')
    return openTerminal(this.enter(argv, options), {...options, env: this.environment(options.env)})
  }
}

/** A user namespace of its own makes the program a plain user, whether the lab runs as root or not. */
const PLAIN_USER = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--']
