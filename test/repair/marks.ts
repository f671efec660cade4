import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'vitest'
import type {Command, Remedy, Step} from '../../src/contract/remedy.ts'

/** A directory of its own, removed when the test ends. Concurrent tests say which of them. */
export async function temporaryDirectory(test?: Pick<TestContext, 'onTestFinished'>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'drs-onboard-test-'))
  const {onTestFinished} = test ?? (await import('vitest'))
  onTestFinished(() => rm(directory, {recursive: true, force: true}))
  return directory
}

/** A change with real effect that any machine can do: a directory called `name` that is there, or not. */
export function markStep(directory: string, name: string, change: Partial<Step> = {}): Step {
  const path = join(directory, name)
  return {
    title: `make ${name}`,
    do: ['mkdir', path],
    undo: ['rmdir', path],
    alreadyDone: ['test', '-d', path],
    persists: false,
    ...change,
  }
}

export function remedyOf(steps: readonly Step[], id = 'open-443-00000000'): Remedy {
  return {
    id,
    title: 'Open TCP 443',
    why: 'A rule drops it.',
    check: 'firewall-443',
    fixes: 'firewall.drop',
    risk: 'additive',
    steps,
  }
}

/** A step as a plan has it; the chain tells it from others. */
export function plannedStep(chain: string, {id}: Pick<Remedy, 'id'>): Step {
  const rule = [
    '-p',
    'tcp',
    '--dport',
    '443',
    '-m',
    'comment',
    '--comment',
    `drs-onboard:${id}`,
    '-j',
    'ACCEPT',
  ]
  const program = ['iptables', '-w', '5'] as const
  return {
    title: `accept in ${chain}`,
    do: [...program, '-A', chain, ...rule],
    undo: [...program, '-D', chain, ...rule],
    alreadyDone: [...program, '-C', chain, ...rule],
    persists: false,
  }
}

export const FAILING: Command = ['sh', '-c', 'echo "no chain of that name" >&2; exit 2']

/** The marks that are there. */
export async function marks(directory: string): Promise<string[]> {
  return (await readdir(directory)).sort()
}

export async function collect<T>(events: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}
