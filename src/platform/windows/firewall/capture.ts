import {release} from 'node:os'
import type {WindowsFirewallState} from '../../../firewall/windows/state.ts'
import {describeResult, type RunCommand, runCommand} from '../../process/command.ts'
import {createRegistry, registryView} from '../registry.ts'
import {CONSOLE_QUESTION_MS} from '../time-limits.ts'
import {readHostFacts} from './host-facts.ts'
import {ownAddresses, readNetwork} from './network.ts'
import {readRules} from './rules.ts'

export type CaptureSources = {
  readonly run?: RunCommand
  readonly environment?: NodeJS.ProcessEnv
  readonly dnsServers?: () => readonly string[]
}

/**
 * Captures this host's firewall from the registry, with what decides the network profile. Reads only. What could not be
 * read is named in `unreadable`; it never throws for it.
 */
export async function readFirewallState(
  signal?: AbortSignal,
  {run = runCommand, environment = process.env, dnsServers}: CaptureSources = {},
): Promise<WindowsFirewallState> {
  const registry = createRegistry(run, signal)
  const interfaces = ownAddresses()
  const stored = readRules(registry)
  const sources = {
    run,
    registry,
    interfaces,
    ...(dnsServers ? {dnsServers} : {}),
    ...(signal ? {signal} : {}),
  }
  const [{unreadable, ...rules}, service, engine, network, hostFacts] = await Promise.all([
    stored,
    readService('MpsSvc', run, signal),
    readService('BFE', run, signal),
    readNetwork(run, registry, signal),
    stored.then(found => readHostFacts(found, sources)),
  ])
  const {unreadable: ofNetwork, ...facts} = network
  const {unreadable: ofHost, ...known} = hostFacts
  const ofService = service.unreadable === null ? {} : {firewallService: service.unreadable}
  return {
    schemaVersion: 1,
    platform: 'win32',
    capturedAt: new Date().toISOString(),
    osVersion: release(),
    firewallService: service.state,
    // Where it does not tell, the service of the firewall decides alone.
    ...(engine.unreadable === null ? {baseFilteringEngine: engine.state} : {}),
    ...rules,
    ...facts,
    ...known,
    interfaces,
    environment: variables(environment),
    unreadable: {...unreadable, ...ofService, ...ofNetwork, ...ofHost},
  }
}

/** Those that paths in rules begin with. */
const VARIABLES = [
  'SystemRoot',
  'windir',
  'SystemDrive',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'ProgramW6432',
  'CommonProgramFiles',
  'CommonProgramFiles(x86)',
  'ProgramData',
  'ALLUSERSPROFILE',
  'PUBLIC',
]

/** What the variables of a program of 32 bits are called that the system's own programs have under these names. */
const NATIVE: Readonly<Record<string, string>> = {
  ProgramFiles: 'ProgramW6432',
  CommonProgramFiles: 'CommonProgramW6432',
}

/** As the firewall's service has them. Source: Microsoft Learn, "WOW64 Implementation Details". */
function variables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const isRedirected = registryView(environment).length > 0
  return Object.fromEntries(
    VARIABLES.flatMap(name => {
      const native = isRedirected ? environment[NATIVE[name] ?? name] : undefined
      const value = native ?? environment[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** SERVICE_STOPPED. Source: SERVICE_STATUS structure (winsvc.h). */
const STOPPED = 1

type ServiceState = {readonly state: 'running' | 'stopped'; readonly unreadable: string | null}

/** Windows Firewall, and what enforces its rules: the Base Filtering Engine. */
type ServiceName = 'MpsSvc' | 'BFE'

/**
 * Whether a service runs. Its state is the second number that `sc query` prints, after the type,
 * whatever the words around it. In doubt it runs, and `unreadable` says why that is not sure.
 */
async function readService(name: ServiceName, run: RunCommand, signal?: AbortSignal): Promise<ServiceState> {
  const command = ['sc.exe', 'query', name] as const
  const result = await run(command, {timeoutMs: CONSOLE_QUESTION_MS, ...(signal ? {signal} : {})})
  if (result.kind !== 'exited' || result.code !== 0)
    return {state: 'running', unreadable: describeResult(command, {...result, ...SILENT})}
  const state = stateIn(result.stdout)
  if (state === null)
    return {state: 'running', unreadable: `\`${command.join(' ')}\` did not print the service state`}
  return {state: state === STOPPED ? 'stopped' : 'running', unreadable: null}
}

/** What it says when it fails is in the host's language, and in a code page of its own. */
const SILENT = {stdout: '', stderr: ''} as const

/** Reads `STATE : 4  RUNNING`, the second such line; null where there is none. */
export function stateIn(output: string): number | null {
  const numbers = [...output.matchAll(/:\s+([0-9a-f]+)\s+[A-Z_]{2,}/g)].map(match => match[1])
  return numbers[1] !== undefined && /^\d+$/.test(numbers[1]) ? Number(numbers[1]) : null
}
