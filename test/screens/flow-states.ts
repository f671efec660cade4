import type {Event} from '../../src/engine/events.ts'
import {flow} from '../../src/screens/flow/flow.ts'
import {type Action, type FlowState, startFlow} from '../../src/screens/flow/state.ts'
import type {WizardHost} from '../../src/screens/flow/wizard-host.ts'
import type {ALLOW_443} from './scripted-findings.ts'

export type Start = Parameters<typeof startFlow>[0]

export const begin = (host: Partial<Start> & {answered?: (keyof WizardHost['initial'])[]} = {}): FlowState =>
  startFlow({
    mode: host.mode ?? 'setup',
    interrupted: host.interrupted ?? [],
    resumable: host.resumable ?? null,
    initial: {
      region: 'eu-west-1',
      stagingSubnet: null,
      replicationServer: null,
      regionFrom: null,
      regionGiven: false,
      answered: new Set(host.answered as never[]),
    },
  })

export const run = (state: FlowState, ...actions: readonly Action[]) => actions.reduce(flow, state)

export const planned = (...remedies: readonly (typeof ALLOW_443)[]): Action => ({
  type: 'event',
  event: {type: 'planned', plan: {remedies}},
})
export const checksOf = (...checks: Extract<Event, {type: 'run-started'}>['checks']): Action => ({
  type: 'event',
  event: {type: 'run-started', at: 0, checks},
})
export const applied = (remedy: string, result: 'kept' | 'rolled-back' | 'failed'): Action => ({
  type: 'event',
  event: {type: 'remedy-finished', applied: {id: 'e', remedy, at: '', result, reason: null, persists: false}},
})

/** Past the checks of a run that planned these. */
export const atFindings = (...remedies: readonly (typeof ALLOW_443)[]) =>
  run(begin({mode: 'remediate'}), checksOf('os', 'installer-download'), planned(...remedies), {
    type: 'run-ended',
  })
