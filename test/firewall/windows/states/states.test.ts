import {readdirSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import * as z from 'zod'
import {compileFirewall} from '../../../../src/firewall/compile.ts'
import {firewallState} from '../../../../src/firewall/state/state.ts'

const answers = z.strictObject({
  /** Where the rules and settings were published. */
  source: z.string(),
  probes: z.array(
    z.strictObject({
      to: z.string(),
      port: z.int(),
      program: z.string().optional(),
      verdict: z.enum(['allow', 'block', 'unknown']),
      why: z.string(),
    }),
  ),
})

const STATES = readdirSync(new URL('.', import.meta.url), {withFileTypes: true})
  .filter(entry => entry.isDirectory())
  .map(({name}) => name)

describe.each(STATES)('the published state %s', name => {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(fileURLToPath(new URL(`${name}/${file}`, import.meta.url)), 'utf8'))
  const firewall = compileFirewall(firewallState.parse(read('state.json')))

  it.each(answers.parse(read('answers.json')).probes)('$verdict $port to $to $program: $why', probe => {
    const {program, verdict} = probe
    const {verdict: judged, reason} = firewall.judge({
      to: probe.to,
      port: probe.port,
      ...(program === undefined ? {} : {program}),
    })
    expect(judged, reason).toBe(verdict)
  })
})
