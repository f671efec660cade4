import type {Family} from '../generate-case.ts'
import type {Random} from '../random.ts'

/** Matches that depend on chance, on time, on what has been before, or on what a packet carries. */
const MATCHES = [
  'limit rate 1000/second',
  'limit rate over 5/minute',
  'numgen random mod 2 0',
  'numgen inc mod 2 0',
  'meta random < 100000',
  'quota over 10 mbytes',
  'quota over 2000 bytes',
  'meta hour "08:00"-"18:00"',
  'meta day "Monday"',
  'ct count over 2',
  'ct packets > 1',
  'ct bytes > 100',
  '@th,96,8 0x50',
  '@ih,0,8 0x78',
  'tcp option maxseg size 1-1400',
  'meta length 20-100',
  'meta length != 20-100',
] as const

const LENGTHS = {4: 'ip length 40-80', 6: 'ip6 length 20-60'} as const

export function undecidedMatch(random: Random, family: Family): string {
  return random.pick([...MATCHES, LENGTHS[family]])
}
