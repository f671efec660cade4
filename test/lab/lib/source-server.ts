import type {Terminal, TerminalSize} from '../../pty/terminal.ts'
import {LabFirewall} from './firewall.ts'
import {type Argv, LabHost, type Running, type RunOptions, type RunResult} from './host.ts'
import type {Namespaces} from './namespaces.ts'
import {DRS_ONBOARD} from './paths.ts'

/** The machine that drs-onboard is for. Its `/etc`, `/run` and `/var/lib` are its own, and go with the lab. */
export class SourceServer extends LabHost {
  readonly firewall: LabFirewall
  readonly #caFile: string

  constructor(namespaces: Namespaces, caFile: string) {
    super('source', namespaces)
    this.firewall = new LabFirewall(this)
    this.#caFile = caFile
  }

  /** The command line that runs drs-onboard: as built, or as the executable that is tried. */
  drsOnboardArgv(args: readonly string[]): Argv {
    return [...DRS_ONBOARD, ...args]
  }

  /** Environment of the product: the lab's certificate authority is trusted through `AWS_CA_BUNDLE`. */
  override environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return super.environment({AWS_CA_BUNDLE: this.#caFile, ...extra})
  }

  /** Runs the built drs-onboard to its end. */
  drsOnboard(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.run(this.drsOnboardArgv(args), options)
  }

  /** Starts the built drs-onboard; for tests that send it signals. */
  startDrsOnboard(args: readonly string[], options: RunOptions = {}): Running {
    return this.start(this.drsOnboardArgv(args), options)
  }

  /** Opens the built drs-onboard on a terminal of its own. */
  openDrsOnboard(args: readonly string[] = [], options: RunOptions & TerminalSize = {}): Promise<Terminal> {
    return this.openTerminal(this.drsOnboardArgv(args), options)
  }
}
