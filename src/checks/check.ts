import type {Endpoints} from '../aws/endpoints.ts'
import type {CheckOptions} from '../contract/check-options.ts'
import type {CheckId} from '../contract/checks.ts'
import type {LayerName} from '../contract/evidence.ts'
import type {Finding} from '../contract/finding.ts'
import type {FirewallFacts, HostFacts, Privileges} from '../contract/host.ts'
import type {Persistence} from '../firewall/state/managers.ts'
import type {FirewallState} from '../firewall/state/state.ts'
import type {FirewallTools} from '../firewall/state/tools.ts'
import type {Resolution} from '../platform/network/dns/resolve.ts'
import type {PartialFile} from '../platform/network/download/partial-file.ts'
import type {ProxySetting} from '../platform/network/proxy/setting.ts'
import type {SlowProgram} from '../platform/process/patient-command.ts'
import type {WindowsFacts} from '../platform/windows/windows-facts.ts'

/** What a running check tells the screens between its start and its findings. */
export type Progress = {
  readonly target?: string
  /** The layer being worked on. */
  readonly layer?: LayerName
  readonly receivedBytes?: number
  /** Null while the server has not said how long the body is. */
  readonly totalBytes?: number | null
  readonly bytesPerSecond?: number
  /** A program that has not answered for a while. */
  readonly waitingFor?: {readonly program: string; readonly seconds: number}
}

/** Facts about this host, each read at most once per run however many checks ask. */
export type HostReader = {
  host(): Promise<HostFacts>
  privileges(): Promise<Privileges>
  firewallState(): Promise<FirewallState>
  firewallFacts(): Promise<FirewallFacts>
  firewallTools(): Promise<FirewallTools>
  firewallPersistence(): Promise<Omit<Persistence, 'mayAddUnit'>>
  /** Proxies that files of this host, or its registry, name for other programs. */
  proxySettings(): Promise<readonly ProxySetting[]>
  isEc2Instance(): Promise<boolean>
  /** What only a Windows host has; null, or left out, elsewhere. */
  windowsFacts?(): Promise<WindowsFacts | null>
  /** Whether rules are being read, which takes its time on a slow machine and has its own limit. */
  isReading?(): boolean
  /** Programs that took long to answer, or did not, at the latest reading. */
  slowPrograms?(): readonly SlowProgram[]
  /** Reports programs that are waited for. @returns how to stop that */
  onSlow?(tell: (program: string, seconds: number) => void): () => void
  /** Addresses of a name by the host's own resolver, both families. Never rejects: failures are data. */
  resolve(name: string): Promise<Resolution>
  /** A reader of the rules as they are from now on: they have been changed. What else is known stays. */
  withRulesReadAgain(): HostReader
}

/** Where a verified installer is held until somebody decides about it; null where there is no room for it. Never throws. */
export type HoldInstaller = (fileName: string) => Promise<PartialFile | null>

export type CheckContext = {
  readonly options: CheckOptions
  /** Names for the chosen Region; null when the run's checks need none. */
  readonly endpoints: Endpoints | null
  readonly reader: HostReader
  /** Aborts when the run is cancelled or this check's time is up. */
  readonly signal: AbortSignal
  /** Findings of a check named in `needs`, when it has ended; none where it is not part of the run. */
  earlier(check: CheckId): Promise<readonly Finding[]>
  progress(progress: Progress): void
  /** Left out where an installer is verified and dropped. */
  readonly holdInstaller?: HoldInstaller | undefined
}

export type Check = {
  readonly id: CheckId
  /** Checks whose findings this one asks for while it runs. */
  readonly needs: readonly CheckId[]
  /** Whether the check is about the chosen Region, so that running it needs `--region`. */
  readonly needsRegion: boolean
  /** Whether it starts before the others, as it takes longest of all. */
  readonly startsFirst?: true
  /**
   * Upper bound for the whole check in milliseconds, apart from the time in which rules are read; null for a check that
   * bounds itself by progress.
   */
  timeoutMs(options: CheckOptions): number | null
  run(context: CheckContext): Promise<readonly Finding[]>
}
