import {expect} from 'vitest'
import type {Lab} from '../lib/lab.ts'
import {reach} from '../lib/reach.ts'
import {AWS, hasIpv6, STAGING} from '../lib/topology.ts'
import {expectPreviewed} from './hold-preview.ts'
import {reportOf} from './report.ts'

/** What is blocked on a server, and what is held of its repair. */
export type BlockedServer = {
  readonly port: 443 | 1500
  readonly family?: 4 | 6
  readonly risk?: 'disruptive' | undefined
  /** What the repair does, step by step; not held where it is not given. */
  readonly steps?: readonly RegExp[]
  /** Whether the repair outlives a reload; true unless given. */
  readonly lasts?: boolean
  /** What the repair opens, where that is more than was needed. */
  readonly opens?: 'everything'
}

export type HeldServer = {
  /** Everything that a repair could touch. */
  readonly everything: () => Promise<readonly string[]>
  /** Loads what is kept, as at a boot; null where the block itself would be gone. */
  readonly reload: (() => Promise<unknown>) | null
  /** What a reload leaves as it was: all, or what gets through. */
  readonly keeps: 'everything' | 'reach'
  /** What an undo leaves is compared by this; by default to the byte. */
  readonly expectUndone?: (now: readonly string[], start: readonly string[]) => void
}

/** Where the same rules stop DNS, nobody is known to connect to. */
const WITHOUT_NAMES = 'Verified by rules only: no address to connect to.'

const SUBNETS = {4: STAGING.subnet, 6: 'fd00:20::/64'} as const

/**
 * Repairs a server with the built program, and holds that it helped, opened nothing else, changed no more and no less
 * than was shown before, has nothing to do a second time, outlives a reload, and is reverted.
 */
export async function holdRepair(lab: Lab, blocked: BlockedServer, server: HeldServer): Promise<void> {
  const {everything, reload, keeps, expectUndone = (now, start) => expect(now).toEqual(start)} = server
  const aim = aimOf(blocked)
  const start = await everything()
  const before = await reached(lab)
  expect(before[aim]).toBe(false)

  const fix = ['fix', '--yes', ...optionsFor(blocked), '--json']
  if (blocked.risk === 'disruptive') {
    expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
    expect(await everything()).toEqual(start)
    fix.push('--allow-disruptive')
  }
  const fixed = reportOf(await lab.source.drsOnboard(fix))
  const lasts = blocked.lasts ?? true
  expect(fixed.applied.length).toBeGreaterThan(0)
  for (const applied of fixed.applied) {
    expect(applied).toMatchObject({result: 'kept', persists: lasts})
    if (applied.reason !== null) expect(applied.reason).toBe(WITHOUT_NAMES)
  }
  if (blocked.steps !== undefined) {
    const done = fixed.plan.remedies.flatMap(({steps}) => steps.map(step => step.do.join(' ')))
    expect(done).toHaveLength(blocked.steps.length)
    for (const [index, step] of blocked.steps.entries()) expect(done[index]).toMatch(step)
  }

  const after = await reached(lab)
  expect(after[aim]).toBe(true)
  for (const [target, reached] of Object.entries(before))
    expect(after[target], target).toBe(reached || (isMeant(blocked, target) && after[target]))

  const repaired = await everything()
  expectPreviewed(fixed, start, repaired)
  expect(reportOf(await lab.source.drsOnboard(fix)).applied).toEqual([])
  expect(await everything()).toEqual(repaired)

  if (reload !== null) {
    await reload()
    if (keeps === 'everything') expect(await everything()).toEqual(repaired)
    else expect(await reached(lab)).toEqual(after)
  }

  const undone = await lab.source.drsOnboard(['undo', '--yes'])
  expect(undone.code, undone.stderr).toBe(0)
  expectUndone(await everything(), start)
}

/** What gets through must not depend on how long ago the next hop was last looked for. */
async function reached({source, router}: Lab): Promise<Readonly<Record<string, boolean>>> {
  if (hasIpv6())
    await Promise.all([
      source.must(['ip', '-6', 'neighbour', 'flush', 'dev', 'eth0']),
      router.must(['ip', '-6', 'neighbour', 'flush', 'dev', 'source']),
    ])
  return reach(source)
}

function optionsFor({port, family = 4}: BlockedServer): string[] {
  const only = ['--region', 'eu-central-1', '--only', `firewall-${port}`]
  if (port === 443) return only
  return [...only, '--staging-subnet', SUBNETS[family], '--replication-server', hostOf(STAGING, family)]
}

function aimOf({port, family = 4}: BlockedServer): string {
  return `${hostOf(port === 443 ? AWS.drs : STAGING, family)} ${port}`
}

/** What a repair is allowed to open. */
function isMeant({port, family = 4, opens}: BlockedServer, target: string): boolean {
  if (opens === 'everything') return true
  return port === 443 ? target.endsWith(' 443') : target === `${hostOf(STAGING, family)} 1500`
}

function hostOf({ipv4, ipv6}: {readonly ipv4: string; readonly ipv6: string}, family: 4 | 6): string {
  return family === 4 ? ipv4 : ipv6
}
