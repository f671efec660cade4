import {REGIONS} from '../../src/aws/regions.ts'
import {CHECK_IDS, type CheckId} from '../../src/contract/checks.ts'
import type {Finding} from '../../src/contract/finding.ts'
import type {Event, RemedyResult} from '../../src/engine/events.ts'
import {findingsOf} from '../../src/engine/session.ts'
import {keptInstaller} from '../../src/report/install.ts'
import type {RequestText} from '../../src/report/request-sheet.ts'
import type {ServerFacts, WizardHost, WizardInitial} from '../../src/screens/flow/wizard-host.ts'
import {ALLOW_443, ALLOW_1500, BLOCKED, HEALTHY, REMOVE_DENY} from './scripted-findings.ts'

const NOW = Date.UTC(2026, 6, 1, 3, 0, 0)

export const SERVER: ServerFacts = {
  host: {
    hostname: 'web01',
    platform: 'linux',
    osId: 'debian',
    os: 'Debian GNU/Linux',
    osVersion: '12',
    kernel: '6.1.0-18-amd64',
    arch: 'x86_64',
    addresses: ['10.9.0.2'],
  },
  privileges: {elevated: true, user: 'root', sudoInstalled: true},
  firewall: {manager: null, engines: ['iptables-nft'], alsoWrittenBy: []},
}

export type Script = {
  readonly mode?: WizardHost['mode']
  readonly initial?: Partial<WizardInitial>
  readonly server?: ServerFacts
  readonly latency?: WizardHost['latency']
  readonly interrupted?: WizardHost['interrupted']
  readonly resumable?: WizardHost['resumable']
  readonly keepAnswers?: WizardHost['keepAnswers']
  /** What the checks find; after a repair that is kept, the healthy findings. */
  readonly findings?: Record<CheckId, readonly Finding[]>
  readonly result?: RemedyResult
  /** Awaited before every event: a gate in tests, a timer in the demonstration. */
  readonly pace?: (signal: AbortSignal) => Promise<void>
  readonly save?: WizardHost['save']
  /** What there is to keep, where the installer was verified. */
  readonly installer?: string | null
  readonly keepInstaller?: WizardHost['keepInstaller']
}

function requestsOf(findings: readonly Finding[]): readonly RequestText[] {
  const asked = findings.filter(({status, owner}) => status === 'fail' && owner === 'network-team')
  const rows = asked.map(({target}) => `- allow: TCP 443 from 10.9.0.2 to ${target}`)
  return rows.length === 0 ? [] : [{to: 'the network team', text: rows.join('\n')}]
}

function installLines(kept?: string): readonly string[] {
  const installer = kept ?? './aws-replication-installer-init'
  return [
    ...(kept === undefined ? [`chmod +x ${installer}`] : []),
    `sudo -E ${installer} --region eu-west-1 --no-prompt`,
  ]
}

/** A host that plays a script, and notes what was asked of it. */
export type ScriptedHost = WizardHost & {
  readonly calls: string[]
  readonly signals: AbortSignal[]
}

export function scriptedHost(script: Script = {}): ScriptedHost {
  const calls: string[] = []
  const signals: AbortSignal[] = []
  const pace = script.pace ?? (() => Promise.resolve())
  let findings = script.findings ?? BLOCKED
  const server = script.server ?? SERVER

  async function* checking(ids: readonly CheckId[], signal: AbortSignal): AsyncGenerator<Event> {
    yield {type: 'run-started', at: Date.now(), checks: ids}
    yield {type: 'host-read', ...server}
    for (const check of ids) {
      yield {type: 'check-started', check, at: Date.now()}
      await pace(signal)
      signal.throwIfAborted()
      const installer = check === 'installer-download'
      yield {
        type: 'check-progress',
        check,
        progress: installer
          ? {receivedBytes: 12_300_000, totalBytes: 52_428_800, bytesPerSecond: 4_100_000}
          : {layer: 'tcp', target: 'drs.eu-west-1.amazonaws.com'},
      }
      await pace(signal)
      signal.throwIfAborted()
      yield {type: 'check-finished', check, findings: findings[check], durationMs: 240}
    }
  }

  return {
    calls,
    signals,
    mode: script.mode ?? 'setup',
    regions: REGIONS,
    initial: {
      region: 'eu-west-1',
      stagingSubnet: null,
      replicationServer: null,
      answered: new Set(),
      regionFrom: 'AWS_REGION',
      regionGiven: false,
      ...script.initial,
    },
    latency: script.latency ?? null,
    validate: {
      stagingSubnet: text =>
        /^[\d.]+\/\d+$/.test(text) ? null : `“${text}” is not a CIDR such as 10.20.0.0/24.`,
      replicationServer: text => (text.includes(' ') ? 'A host name has no spaces.' : null),
    },
    interrupted: script.interrupted ?? [],
    resumable: script.resumable ?? null,
    keepAnswers: script.keepAnswers ?? (() => {}),
    async undoInterrupted() {
      calls.push('undoInterrupted')
      return {ok: true, message: 'The unfinished change was reverted.'}
    },
    readServer: async () => server,
    async *runChecks(answers, signal) {
      calls.push(`runChecks ${JSON.stringify(answers)}`)
      signals.push(signal)
      yield* checking(CHECK_IDS, signal)
      const remedies = Object.values(findings).flatMap(found => found.flatMap(one => one.remedies))
      yield {type: 'planned', plan: {remedies}}
      yield {type: 'run-finished', at: Date.now()}
    },
    async *applyPlan(ids, signal, persistUnit) {
      calls.push(`applyPlan ${ids.join(',')}${persistUnit ? ' and a unit' : ''}`)
      signals.push(signal)
      const all = [ALLOW_443, REMOVE_DENY, ALLOW_1500].filter(({id}) => ids.includes(id))
      for (const {id, check, steps} of all) {
        yield {type: 'remedy-started', remedy: id, at: Date.now()}
        for (const [index, step] of steps.entries()) {
          yield {type: 'step-started', remedy: id, index, step}
          await pace(signal)
          const result = signal.aborted ? 'undone' : 'done'
          yield {type: 'step-finished', remedy: id, index, result}
        }
        const result = signal.aborted ? 'rolled-back' : (script.result ?? 'kept')
        if (result === 'kept')
          findings = {...findings, [check]: HEALTHY[check], 'drs-endpoint': HEALTHY['drs-endpoint']}
        const reason =
          result === 'kept' ? null : 'The re-check found TCP 443 blocked as before, so the rule was reverted.'
        const applied = {
          id: `entry-${id}`,
          remedy: id,
          at: new Date(NOW).toISOString(),
          result,
          reason,
          persists: false,
        }
        yield {type: 'remedy-finished', applied}
        signal.throwIfAborted()
      }
      yield* checking(CHECK_IDS, signal)
    },
    summary: session => ({
      installLines: installLines(keptInstaller(findingsOf(session))?.path),
      undoCommand: session.applied.some(({result}) => result === 'kept') ? ['drs-onboard', 'undo'] : null,
      nextCommand: ['drs-onboard', 'check', '--region', 'eu-west-1'],
      requests: requestsOf(findingsOf(session)),
      repeatCommand: ['drs-onboard', 'fix', '--region', 'eu-west-1', '--no-prompt', '--yes'],
    }),
    requests: (_session, _answers, found) => requestsOf(found),
    heldInstaller: () =>
      script.installer === undefined ? 'aws-replication-installer-init' : script.installer,
    keepInstaller:
      script.keepInstaller ??
      (async (path, replace) => {
        calls.push(`keepInstaller ${path}${replace ? ', replacing' : ''}`)
        return {path: `/root/${path}`, at: NOW}
      }),
    fullReport: async (_, __, columns) =>
      Array.from({length: 60}, (_row, at) => `Row ${at + 1} of the report, for ${columns} columns.`).join(
        '\n',
      ),
    save:
      script.save ??
      (async (format, path, _session, _answers, replace) => {
        calls.push(`save ${format} ${path}${replace ? ', replacing' : ''}`)
        return `/root/${path}`
      }),
  }
}
