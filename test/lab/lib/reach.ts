import type {LabHost} from './host.ts'
import type {Lab} from './lab.ts'
import {libraryFile, NODE} from './paths.ts'
import {AWS, hasIpv6, STAGING} from './topology.ts'

export type Target = {readonly host: 'aws' | 'staging'; readonly address: string; readonly port: number}

/** On a veth all of an exchange takes about a millisecond. */
const QUICK_MS = 400
/** A request sent again, and a busy machine. */
const PATIENT_MS = 1500

const ECHOES = {aws: [22, 80, 1500, 8443], staging: [22, 80, 443, 1500, 8443]}
const PORTS = [22, 80, 443, 1500, 8443]

/** Makes every target answer; port 443 of AWS does already. */
export async function startEchoes({aws, staging}: Pick<Lab, 'aws' | 'staging'>): Promise<void> {
  const start = (host: LabHost, ports: readonly number[]) =>
    host.startServer([NODE, libraryFile('echo-ports.ts'), ...ports.map(String)], /ready/)
  await Promise.all([start(aws, ECHOES.aws), start(staging, ECHOES.staging)])
}

const FAMILIES = hasIpv6() ? (['ipv4', 'ipv6'] as const) : (['ipv4'] as const)

/** Two hosts by all their address families and some ports. */
export const TARGETS: readonly Target[] = FAMILIES.flatMap(family =>
  PORTS.flatMap(port => [
    {host: 'aws' as const, address: AWS.drs[family], port},
    {host: 'staging' as const, address: STAGING[family], port},
  ]),
)

/** Whether a byte goes there and comes back, by `address port`; silence is asked again, more patiently. */
export async function reach(source: LabHost): Promise<Readonly<Record<string, boolean>>> {
  const quick = await ask(source, TARGETS, QUICK_MS)
  const silent = TARGETS.filter((_, index) => !quick[index])
  const patient = silent.length === 0 ? [] : await ask(source, silent, PATIENT_MS)
  const reached = TARGETS.filter((target, index) => quick[index] || patient[silent.indexOf(target)])
  return Object.fromEntries(
    TARGETS.map(target => [`${target.address} ${target.port}`, reached.includes(target)]),
  )
}

async function ask(
  source: LabHost,
  targets: readonly Target[],
  timeoutMs: number,
): Promise<readonly boolean[]> {
  const words = targets.flatMap(({address, port}) => [address, String(port)])
  const program = libraryFile('exchange-bytes.ts')
  return JSON.parse(await source.must([NODE, program, String(timeoutMs), ...words])) as boolean[]
}
