import {afterEach, expect, test, vi} from 'vitest'
import type {RegionLatency} from '../../src/screens/flow/wizard-host.ts'
import {Gate} from './gate.ts'
import {type Walk, walk} from './walk.tsx'

let wizard: Walk

afterEach(() => wizard.leave())

/** Measures one Region each time the gate lets it, and notes what it was asked for. */
function measuring(gate: Gate, results: Readonly<Record<string, number | null>>) {
  const asked: {readonly codes: readonly string[]; readonly signal: AbortSignal}[] = []
  async function* measure(codes: readonly string[], signal: AbortSignal): AsyncGenerator<RegionLatency> {
    asked.push({codes, signal})
    for (const [region, ms] of Object.entries(results)) {
      if (!codes.includes(region)) continue
      await gate.pass()
      signal.throwIfAborted()
      yield {region, ms}
    }
  }
  return {latency: {kind: 'measured', measure} as const, asked}
}

test('times come beside the Regions as they are known, and typing goes on meanwhile', async () => {
  const gate = new Gate()
  const {latency} = measuring(gate, {'eu-west-1': 23, 'eu-west-2': null})
  wizard = walk({latency})
  const {shows, press, frame} = wizard
  await shows('❯ eu-west-1       ', 'Suggested by AWS_REGION')
  expect(frame()).not.toContain(' ms')
  await press('eu-west')
  await shows('Filter: eu-west')
  gate.open()
  await shows(
    '❯ eu-west-1         23 ms          Europe (Ireland)',
    '  eu-west-2             -          Europe (London)',
  )
  await press('down')
  await shows("TCP connection to each Region's DRS endpoint: 2 of 37 timed.")
  const codes = [...frame().matchAll(/eu-west-\d/g)].map(([code]) => code)
  expect(codes.slice(-3)).toEqual(['eu-west-1', 'eu-west-2', 'eu-west-3'])
})

test('leaving the screen cancels it; coming back measures only what is not known', async () => {
  const gate = new Gate()
  const {latency, asked} = measuring(gate, {'af-south-1': 180, 'eu-west-1': 23})
  wizard = walk({latency, initial: {region: 'af-south-1'}})
  await vi.waitFor(() => expect(gate.waiting).toBe(1))
  gate.step()
  await wizard.shows('180 ms')
  await wizard.press('enter')
  await wizard.shows('Source server')
  expect(asked[0]?.signal.aborted).toBe(true)
  await wizard.press('left')
  await wizard.shows('Region', '180 ms')
  expect(asked[1]?.codes).toHaveLength(36)
  expect(asked[1]?.codes).not.toContain('af-south-1')
})

test('through a proxy it is not measured, and that is said', async () => {
  wizard = walk({
    latency: {kind: 'not-measured', why: 'Latency is not measured: it would be that of the proxy.'},
    initial: {region: null, regionFrom: null},
  })
  await wizard.press('frank')
  await wizard.shows('❯ eu-central-1            Europe (Frankfurt)', 'Latency is not measured')
})

test('nothing of it is there where nobody asked', async () => {
  wizard = walk({initial: {regionFrom: null}})
  await wizard.shows('❯ eu-west-1               Europe (Ireland)')
  expect(wizard.frame()).not.toMatch(/ ms|TCP connection/)
})
