import {release} from 'node:os'
import type {WindowsFirewallState} from '../../../firewall/windows/state.ts'
import {type RunCommand, runCommand} from '../../command.ts'
import {createRegistry} from '../registry.ts'
import {readNetwork} from './network.ts'
import {readRules} from './rules.ts'
import {readFirewallService} from './service.ts'

export type CaptureSources = {readonly run?: RunCommand; readonly environment?: NodeJS.ProcessEnv}

/**
 * Captures this host's firewall from the registry, with what decides the network profile. Reads only. What could not be
 * read is named in `unreadable`; it never throws for it.
 */
export async function readFirewallState(
  signal?: AbortSignal,
  {run = runCommand, environment = process.env}: CaptureSources = {},
): Promise<WindowsFirewallState> {
  const registry = createRegistry(run, signal)
  const [{rules, profiles, unreadable}, service, network] = await Promise.all([
    readRules(registry),
    readFirewallService(run, signal),
    readNetwork(run, registry, signal),
  ])
  const {unreadable: ofNetwork, ...facts} = network
  const ofService = service.unreadable === null ? {} : {firewallService: service.unreadable}
  return {
    schemaVersion: 1,
    platform: 'win32',
    capturedAt: new Date().toISOString(),
    osVersion: release(),
    firewallService: service.state,
    rules,
    profiles,
    ...facts,
    environment: variables(environment),
    unreadable: {...unreadable, ...ofService, ...ofNetwork},
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

function variables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap(name => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
