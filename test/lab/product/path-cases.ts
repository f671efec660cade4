import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import type {CauseCode, Owner, Status} from '../../../src/contract/cause-codes.ts'
import type {CheckId} from '../../../src/contract/checks.ts'
import type {ReportFinding} from '../../../src/report/report.ts'
import type {AwsFaults} from '../lib/aws-settings.ts'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, type LabOptions, startLab} from '../lib/lab.ts'
import {findingsFor, reportOf} from './report.ts'

export const REGION = 'eu-central-1'
export const DRS = `drs.${REGION}.amazonaws.com`
export const INSTALLER_BUCKET = `aws-elastic-disaster-recovery-${REGION}.s3.${REGION}.amazonaws.com`

/** One fault of the path, made with real parts, and what the built program must say of it. */
export type Fault = {
  readonly name: string
  readonly faults?: AwsFaults
  /** Arguments for dnsmasq; null stops it. */
  readonly dns?: readonly string[] | null
  /** iptables rules of the router's FORWARD chain, and of the source server's OUTPUT and INPUT chains. */
  readonly router?: readonly (readonly string[])[]
  readonly source?: readonly (readonly string[])[]
  readonly incoming?: readonly (readonly string[])[]
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Further arguments that only the lab knows. */
  readonly argsOf?: (lab: Lab) => readonly string[]
  /** What else the lab needs; what it starts ends with the lab. */
  readonly arrange?: (lab: Lab) => Promise<unknown>
  /** `drs-endpoint` unless given; further ones that run with it are divided by commas behind it. */
  readonly check?: CheckId
  readonly beside?: CheckId
  readonly target?: string
  /** The first to fail of several that are fetched at once is reported: which one that is, is chance. */
  readonly severalTargets?: true
  readonly code: CauseCode
  /** The code's own unless given. */
  readonly status?: Status
  readonly owner: Owner | null
  /** In the summary, the next step or the evidence. */
  readonly says: readonly (string | RegExp)[]
  /** In no part of the report. */
  readonly never?: readonly string[]
}

/** Runs the built program once for every fault, on one lab. */
export function describeFaults(name: string, table: readonly Fault[], options: LabOptions = {}): void {
  describeLab(name, () => {
    let lab: Lab
    beforeAll(async () => {
      lab = await startLab(options)
    })
    afterAll(() => lab?.stop())
    afterEach(async () => {
      await lab.router.firewall.iptables('-F', 'FORWARD')
      await lab.source.firewall.iptables('-F', 'OUTPUT')
      await lab.source.firewall.iptables('-F', 'INPUT')
      await Promise.all([lab.setFaults({}), lab.setDns([])])
    })
    test.each(table)('$name', fault => meet(lab, fault))
  })
}

async function meet(lab: Lab, fault: Fault): Promise<void> {
  const {check = 'drs-endpoint', beside, target, code, args = [], env = {}} = fault
  for (const rule of fault.router ?? []) await lab.router.firewall.iptables('-A', 'FORWARD', ...rule)
  for (const rule of fault.source ?? []) await lab.source.firewall.iptables('-A', 'OUTPUT', ...rule)
  for (const rule of fault.incoming ?? []) await lab.source.firewall.iptables('-A', 'INPUT', ...rule)
  if (fault.dns !== undefined) await lab.setDns(fault.dns)
  await lab.setFaults(fault.faults ?? {})
  await fault.arrange?.(lab)
  const only = beside === undefined ? check : `${check},${beside}`
  const run = [
    'check',
    '--region',
    REGION,
    '--timeout',
    '3',
    '--only',
    only,
    '--json',
    ...args,
    ...(fault.argsOf?.(lab) ?? []),
  ]
  const result = await lab.source.drsOnboard(run, {env})
  const findings = findingsFor(reportOf(result), check)
  const found = findings.filter(
    each => each.code === code && (target === undefined || each.target === target),
  )
  if (fault.severalTargets) expect(found, JSON.stringify(findings, null, 1)).not.toHaveLength(0)
  else expect(found, JSON.stringify(findings, null, 1)).toHaveLength(1)
  expectSaid(found[0], fault)
  expect(result.code).toBe(findings.some(({status}) => status === 'fail' || status === 'error') ? 3 : 0)
  for (const each of findings) if (each.status === 'fail') expectRequest(each)
  for (const each of findings) expectGrounded(each)
  for (const secret of fault.never ?? []) expect(result.stdout + result.stderr).not.toContain(secret)
}

function expectSaid(found: ReportFinding | undefined, {status, code, owner, says}: Fault): void {
  expect(found).toMatchObject({owner, status: status ?? (code === 'ok' ? 'pass' : 'fail')})
  const text = JSON.stringify(found)
  for (const part of says) expect(text).toMatch(typeof part === 'string' ? literally(part) : part)
}

/** The reader of a failure learns who can fix it, and what to do or to ask for. */
function expectRequest({owner, nextStep, summary}: ReportFinding): void {
  expect(owner, summary).not.toBeNull()
  expect(nextStep, summary).toMatch(owner === 'this-host' ? /^[A-Z`].+\.$/s : /\b[Aa]sk the\b.+\.$/s)
}

/** Nobody beyond this host is asked for anything while this host may be the cause. */
export function expectGrounded({code, status, owner, evidence, summary}: ReportFinding): void {
  if (status === 'pass' || status === 'skip' || owner === null || owner === 'this-host') return
  const {blame, ownRules, measured, layers = []} = evidence
  // The far end has shown who it is, or a proxy or a name server has said it.
  const isAnswered =
    layers.some(({layer, status: each}) => (layer === 'tls' || layer === 'proxy') && each === 'pass') ||
    /^(?:proxy\.(?!unreachable)|dns\.(?:not-found|sinkhole)|installer\.|s3\.|http\.)/.test(code)
  if (isAnswered && blame === undefined) return
  expect(blame, `${code}: ${summary}`).toBe('beyond')
  expect(JSON.stringify([ownRules, measured])).toMatch(/"verdict":"allow"|"departure":"left"/)
}

const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
