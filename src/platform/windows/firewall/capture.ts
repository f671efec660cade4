import {release} from 'node:os'
import type {WindowsFirewallState} from '../../../firewall/windows/state.ts'
import {type RunCommand, runCommand} from '../../command.ts'
import {createRegistry, registryView} from '../registry.ts'
import {readHostFacts} from './host-facts.ts'
import {ownAddresses, readNetwork} from './network.ts'
import {readRules} from './rules.ts'
import {readService} from './service.ts'

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
