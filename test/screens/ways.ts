import {FileExists} from '../../src/contract/errors.ts'
import {Gate} from './gate.ts'
import {BLOCKED_WHERE_NOBODY_KEEPS_RULES, HEALTHY} from './scripted-findings.ts'
import type {Script} from './scripted-host.ts'
import {KEY} from './walk.tsx'

const INTERRUPTED = Array.from({length: 9}, (_, at) => ({
  id: `20260701T0300${at}0Z-web01`,
  title: 'Allow outbound TCP 443 to the endpoints of the Region',
  at: '2026-07-01T03:00:00Z',
}))

const remediate = (script: Script = {}): Script => ({mode: 'remediate', ...script})
const gated = remediate({pace: new Gate().pass})

/** Lets the checks pass, and stops in the middle of the first change. */
function stopsInRepair(): NonNullable<Script['pace']> {
  let checks: AbortSignal | undefined
  const gate = new Gate()
  return signal => {
    checks ??= signal
    return signal === checks ? Promise.resolve() : gate.pass()
  }
}

/** A way to a screen: a script, then pairs of what to wait for and which keys to press. */
export type Way = {readonly script: Script; readonly way: readonly [shows: string, ...keys: string[]][]}

/** Goes a way: waits for what each screen shows, and presses the keys. */
export async function goWay(
  way: Way['way'],
  {input, shows}: {readonly input: {write(keys: string): unknown}; shows(text: string): Promise<unknown>},
): Promise<void> {
  for (const [wanted, ...keys] of way) {
    await shows(wanted)
    for (const key of keys) input.write(key in KEY ? KEY[key as keyof typeof KEY] : key)
  }
}

export const WAYS: Record<string, Way> = {
  'interrupted run': {script: {interrupted: INTERRUPTED}, way: [['An earlier run']]},
  'interrupted run, undone': {
    script: {interrupted: INTERRUPTED},
    way: [['An earlier run', 'enter'], ['PASS']],
  },
  'an earlier run to go on with': {
    script: {
      resumable: {
        answers: {
          region: 'eu-central-1',
          stagingSubnet: '10.20.0.0/24',
          replicationServer: 'replication.example.internal:1500',
        },
        through: ['region'],
        at: '2026-07-01T03:00:00.000Z',
      },
    },
    way: [['Continue where']],
  },
  Region: {script: {}, way: [['Region']]},
  'Region, nothing found': {script: {}, way: [['Region', 'zzz'], ['No Region matches']]},
  'source server': {script: {initial: {answered: new Set(['region'])}}, way: [['Running as']]},
  targets: {
    script: {initial: {answered: new Set(['region'])}},
    way: [['Running as', 'enter'], ['Staging area subnet', 'nonsense'], ['Not valid']],
  },
  checks: {script: gated, way: [['Operating system']]},
  findings: {script: remediate(), way: [['Findings']]},
  'findings, leaving': {script: remediate(), way: [['Findings', 'q'], ['Quit?']]},
  'finding in detail': {script: remediate(), way: [['Findings', 'right'], ['Esc back to the list']]},
  'findings, searching': {
    script: remediate(),
    way: [['Findings', '/'], ['Enter find', '1500'], ['1 of ', 'enter'], ['Esc clear']],
  },
  'repair plan, searching': {
    script: remediate(),
    way: [
      ['Findings', 'enter'],
      ['Repair plan', '/'],
      ['Enter find', 'iptables'],
      ['1 of ', 'enter'],
      ['Esc clear'],
    ],
  },
  'repair plan': {script: remediate(), way: [['Findings', 'enter'], ['Repair plan']]},
  'remedy in detail': {
    script: remediate(),
    way: [['Findings', 'enter'], ['Repair plan', 'right'], ['back to the list']],
  },
  confirmation: {script: remediate(), way: [['Findings', 'enter'], ['Repair plan', 'enter'], ['No, change']]},
  'disruptive confirmation': {
    script: remediate(),
    way: [
      ['Findings', 'enter'],
      ['Repair plan', 'end', ' '],
      ['3 of 3', 'enter'],
      ['No, change', 'y'],
      ['Override a rule'],
    ],
  },
  'a unit for the next boot': {
    script: remediate({findings: BLOCKED_WHERE_NOBODY_KEEPS_RULES}),
    way: [['Findings', 'enter'], ['Repair plan', 'enter'], ['No, change', 'y'], ['Survive a reboot?']],
  },
  repairing: {
    get script() {
      return remediate({pace: stopsInRepair()})
    },
    way: [['Findings', 'enter'], ['Repair plan', 'enter'], ['No, change', 'y'], ['RUN   Accept TCP 443']],
  },
  'repair finished': {
    script: remediate({result: 'rolled-back'}),
    way: [['Findings', 'enter'], ['Repair plan', 'enter'], ['No, change', 'y'], ['Repair finished']],
  },
  installer: {script: remediate({findings: HEALTHY}), way: [['Findings', 'enter'], ['Agent installer']]},
  summary: {
    script: remediate({findings: HEALTHY}),
    way: [['Findings', 'enter'], ['Agent', 'enter'], ['Enter finish']],
  },
  'installer, keeping it': {
    script: remediate({findings: HEALTHY}),
    way: [['Findings', 'enter'], ['Agent installer', 'k'], ['Keep the verified installer']],
  },
  'summary, installer kept': {
    script: remediate({findings: HEALTHY}),
    way: [
      ['Findings', 'enter'],
      ['Agent', 'enter'],
      ['Enter finish', 'k'],
      ['File to write', 'enter'],
      ['Kept:'],
    ],
  },
  'full report': {
    script: remediate({findings: HEALTHY}),
    way: [['Findings', 'enter'], ['Agent', 'enter'], ['Enter finish', 'f'], ['Row 1 of the report']],
  },
  'summary, failing': {
    script: remediate(),
    way: [['Findings', 'enter'], ['Repair plan', 's'], ['Agent', 'enter'], ['Summary']],
  },
  'summary, repaired': {
    script: remediate(),
    way: [
      ['Findings', 'enter'],
      ['Repair plan', 'enter'],
      ['No, change', 'y'],
      ['Repair finished', 'enter'],
      ['Agent', 'enter'],
      ['Enter finish'],
    ],
  },
  'summary, choosing a format': {
    script: remediate({findings: HEALTHY}),
    way: [['Findings', 'enter'], ['Agent', 'enter'], ['Enter finish', 's'], ['❯ Markdown']],
  },
  'summary, a file that is there': {
    script: remediate({
      findings: HEALTHY,
      save: (_format, path) => Promise.reject(new FileExists(path)),
    }),
    way: [
      ['Findings', 'enter'],
      ['Agent', 'enter'],
      ['Enter finish', 's'],
      ['Markdown', 'm'],
      ['File to write', 'enter'],
      ['Replace it?'],
    ],
  },
  explanation: {
    script: {initial: {answered: new Set(['region'])}},
    way: [['Running as', 'enter'], ['Staging area subnet', 'f1'], ['Help:']],
  },
  'summary, saving': {
    script: remediate({findings: HEALTHY}),
    way: [
      ['Findings', 'enter'],
      ['Agent', 'enter'],
      ['Enter finish', 's'],
      ['Markdown', 'm'],
      ['File to write'],
    ],
  },
}
