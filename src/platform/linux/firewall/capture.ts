import {join} from 'node:path'
import {AGENT_USER, RESOLVER_USER} from '../../../firewall/model/socket-owner.ts'
import type {LinuxFirewallState} from '../../../firewall/state/state.ts'
import {LIMIT, namesIn, readSystemFile} from '../../files/read.ts'
import {describeResult, type RunCommand, succeeded} from '../../process/command.ts'
import {patientCommand, type SlowPrograms} from '../../process/patient-command.ts'
import {readCommand} from '../../process/read-command.ts'
import {readUsers} from '../passwd.ts'
import {ABSENT, createDumpReader, type Dump, isAbsent, readArptables, readIptables} from './dumps.ts'
import {readFirewallFacts} from './facts.ts'
import {readNetwork} from './network.ts'

export type CaptureSources = {
  readonly run?: RunCommand
  readonly isRoot?: boolean
  /** Directory that stands for `/`, for the files read below it. */
  readonly root?: string
  readonly slow?: SlowPrograms
}

/**
 * Captures this host's firewall: the text of every dump as printed, and what decides interface and source address.
 * Reads only, and registers no kernel table. What could not be read is named in `unreadable`; it never throws for it.
 */
export async function readFirewallState(
  signal?: AbortSignal,
  {run: runAtOnce = readCommand, isRoot = process.geteuid?.() === 0, root = '/', slow}: CaptureSources = {},
): Promise<LinuxFirewallState> {
  const run = inTurn(patientCommand(runAtOnce, {slow}))
  const read = createDumpReader(run, isRoot, signal)
  const tools = {read, run, root, signal}
  const [v4, v6, arptables, nftJson, nftText, sets, network, users] = await Promise.all([
    readIptables('iptables', tools),
    readIptables('ip6tables', tools),
    readArptables(tools),
    read(['nft', '-j', 'list', 'ruleset']),
    read(['nft', 'list', 'ruleset']),
    mayHoldSets(root).then(may => (may ? read(['ipset', 'save']) : ABSENT)),
    readNetwork(run, root, signal),
    readUsers(['root', AGENT_USER, RESOLVER_USER], root),
  ])
  const hidden = isAbsent(nftText) && isAbsent(v4.nft) && (await mayNfTablesBeInUse(root))
  const dumps = {
    iptablesLegacySave: v4.legacy,
    ip6tablesLegacySave: v6.legacy,
    iptablesNftSave: v4.nft,
    ip6tablesNftSave: v6.nft,
    nftJson: checkJson(nftJson),
    nftText: hidden ? HIDDEN_NFT : nftText,
    ipsetSave: sets,
    arptablesLegacyList: arptables,
  }
  const policies = await readIpsecPolicies(run, dumps, signal)
  const {unreadable, ...facts} = network
  const state = {
    schemaVersion: 1,
    platform: 'linux',
    capturedAt: new Date().toISOString(),
    iptablesLegacySave: dumps.iptablesLegacySave.text,
    ip6tablesLegacySave: dumps.ip6tablesLegacySave.text,
    iptablesNftSave: dumps.iptablesNftSave.text,
    ip6tablesNftSave: dumps.ip6tablesNftSave.text,
    nftJson: dumps.nftJson.text,
    nftText: dumps.nftText.text,
    ipsetSave: dumps.ipsetSave.text,
    arptablesLegacyList: arptables.text,
    unreadable: {
      ...{...reasons(dumps), ...unreadable, ...policies.unreadable},
      ...(typeof users === 'string' ? {users} : {}),
    },
    ...facts,
    ...policies.facts,
    ...(typeof users === 'string' ? {} : {users: [...users]}),
  } satisfies LinuxFirewallState
  const {manager, alsoWrittenBy} = await readFirewallFacts(state, {root})
  return {
    ...state,
    ...(manager === null ? {} : {manager}),
    ...(alsoWrittenBy.length === 0 ? {} : {alsoWrittenBy: [...alsoWrittenBy]}),
  }
}

/** Asked for only where rules ask for them, as reading them takes a program of its own. */
async function readIpsecPolicies(
  run: RunCommand,
  dumps: Readonly<Record<string, Dump>>,
  signal?: AbortSignal,
): Promise<{facts: Pick<LinuxFirewallState, 'ipsecPolicies'>; unreadable: Record<string, string>}> {
  const asked = Object.values(dumps).some(({text}) => /-m policy |\bipsec\b/.test(text ?? ''))
  if (!asked) return {facts: {}, unreadable: {}}
  const command = ['ip', 'xfrm', 'policy'] as const
  const result = await run(command, signal ? {signal} : {})
  const text = describeResult(command, result)
  // A kernel may do without IPsec.
  if (!succeeded(result) && /not supported/i.test(text)) return {facts: {ipsecPolicies: []}, unreadable: {}}
  if (!succeeded(result)) return {facts: {}, unreadable: {ipsecPolicies: text}}
  return {facts: {ipsecPolicies: result.stdout.split('\n').filter(line => line.trim())}, unreadable: {}}
}

const HIDDEN_NFT: Dump = {
  text: null,
  unreadable:
    'this kernel may have nf_tables rules, but neither nft nor iptables-nft is installed; install the package nftables',
}

function reasons(dumps: Readonly<Record<string, Dump>>): Record<string, string> {
  const unreadable: Record<string, string> = {}
  for (const [field, dump] of Object.entries(dumps))
    if (dump.unreadable !== null) unreadable[field] = dump.unreadable
  return unreadable
}

/** Some versions of nft print JSON that is cut off, and exit with 0. */
function checkJson(dump: Dump): Dump {
  if (dump.text === null || dump.unreadable !== null || dump.text.trim() === '') return dump
  try {
    JSON.parse(dump.text)
    return dump
  } catch {
    return {...dump, unreadable: '`nft -j list ruleset` printed invalid JSON'}
  }
}

/** ip_set has a parameter, and with that a directory, built into the kernel or not. Asking ipset would load it. */
async function mayHoldSets(root: string): Promise<boolean> {
  const modules = await namesIn(join(root, 'sys/module'))
  return modules.length === 0 || modules.includes('ip_set')
}

/** Of a module the kernel counts the users; of what is built into it nothing is told, so it may be. */
async function mayNfTablesBeInUse(root: string): Promise<boolean> {
  const text = (path: string) => readSystemFile(join(root, path), {limit: LIMIT.list}).catch(() => null)
  const users = await text('sys/module/nf_tables/refcnt')
  if (users !== null) return Number(users) > 0
  // A symbol of a module is followed by the module's name.
  return /^\S+ \S nf_tables_newtable$/m.test((await text('proc/kallsyms')) ?? '')
}

/** To read a file takes four turns of the event loop; an empty one takes microseconds. */
const TURNS = 20

/**
 * Starting a process holds everything else up for milliseconds. Several that are asked for at once are started some turns
 * of the event loop apart, so that what comes from the network or the disk meanwhile is attended to in between.
 */
function inTurn(run: RunCommand): RunCommand {
  let last: Promise<void> = Promise.resolve()
  return async (command, limits) => {
    last = last.then(letOthersWork)
    await last
    return run(command, limits)
  }
}

async function letOthersWork(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise(resolve => setImmediate(resolve))
}
