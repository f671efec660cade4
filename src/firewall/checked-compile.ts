import type * as z from 'zod'
import type {Judgement, Probe} from '../contract/judgement.ts'
import {type CompiledFirewall, compileFirewall} from './compile.ts'
import type {RecordWalk} from './judge/walk-event.ts'
import {probeSchema} from './probe-schema.ts'
import {type FirewallState, firewallState} from './state.ts'

/** An argument of the programmatic interface is not what it has to be. The message names the member at fault. */
export class InvalidInputError extends Error {
  /** From the argument on: `state.interfaces.eth0.0`, `probe.port`. */
  readonly field: string
  /** What it has to be, or what is wrong with it. */
  readonly problem: string

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`)
    this.name = 'InvalidInputError'
    this.field = field
    this.problem = problem
  }
}

/**
 * Prepares a captured firewall state for judging. Nothing is read from this machine. What a later version of this tool
 * added to the state may be missing: what depends on it is then unknown.
 *
 * @throws InvalidInputError for what is no such state; so does `judge` for what is no probe
 */
export function compileChecked(state: FirewallState): CompiledFirewall {
  const compiled = compileFirewall(checked('state', firewallState, state))
  return {
    ...compiled,
    judge: (probe: Probe, record?: RecordWalk): Judgement =>
      compiled.judge(checked('probe', probeSchema, probe), record),
  }
}

function checked<T>(argument: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = [argument, ...(issue?.path ?? [])].join('.')
  throw new InvalidInputError(field, issue?.message ?? 'not valid')
}
