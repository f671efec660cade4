// Parses, compiles and judges one captured state in a process of its own, and prints the figures as JSON.
// usage: judge-once.ts STATE ROUNDS [CIDR]        times in milliseconds, peak resident memory in kilobytes
import {readFileSync} from 'node:fs'
import type * as Product from '../../src/index.ts'

const {compileFirewall, firewallState} = (await import(
  new URL('../../dist/index.js', import.meta.url).href
)) as typeof Product

export type Figures = {
  readonly first: number
  readonly later: readonly number[]
  /** Of the later ones. */
  readonly blocked: number
  readonly range: number | null
  readonly kilobytes: number
  readonly verdict: string
}

const [path = '', rounds = '0', range] = process.argv.slice(2)
const text = readFileSync(path, 'utf8')

const started = performance.now()
const firewall = compileFirewall(firewallState.parse(JSON.parse(text)))
const {verdict} = firewall.judge({to: '52.95.110.1', port: 443})
const first = performance.now() - started

let blocked = 0
const later = Array.from({length: Number(rounds)}, (_, at) => {
  const before = performance.now()
  const judged = firewall.judge({to: `11.${at & 1}.${at & 255}.${(at * 7) & 255}`, port: 443})
  const took = performance.now() - before
  if (judged.verdict === 'block') blocked += 1
  return took
})
const kilobytes = process.resourceUsage().maxRSS

const before = performance.now()
if (range) firewall.judge({to: range, port: 443})
const figures: Figures = {
  first,
  later,
  blocked,
  range: range ? performance.now() - before : null,
  kilobytes,
  verdict,
}
process.stdout.write(JSON.stringify(figures))
