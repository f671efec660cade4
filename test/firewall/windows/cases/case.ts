import type {Probe} from '../../../../src/contract/judgement.ts'
import type {Given} from '../host.ts'

/** `blocker`: `STORE/PROFILE/RULE` of what blocks. */
export type Case = readonly [
  what: string,
  given: Given,
  verdict: 'allow' | 'block' | 'unknown',
  more?: {readonly probe?: Partial<Probe>; readonly blocker?: string; readonly because?: RegExp},
]
