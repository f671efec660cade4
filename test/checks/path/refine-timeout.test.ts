import {expect, it} from 'vitest'
import {finding} from '../../../src/checks/finding.ts'
import {refineTimeout} from '../../../src/checks/path/refine-timeout.ts'

const verdict = {code: 'tcp.timeout', detail: '', layers: []} as const
const decisive = {
  address: '127.0.0.1',
  family: 4,
  outcome: 'timeout',
  errno: 'ETIMEDOUT',
  beforeSending: false,
  ms: 1,
} as const
const tcp = {kind: 'failed', decisive, attempts: [decisive], ms: 1} as const

/** A signal that has aborted already turns every measurement into an error. */
const silence = {port: 443, tcp, signal: AbortSignal.abort(new Error('measured'))}

it('measures only where this host’s rules could not be judged', async () => {
  const judged = Promise.resolve([finding('firewall-443', 'ok', {summary: ''})])
  expect(await refineTimeout(verdict, {...silence, firewall: judged})).toBe(verdict)
  expect(await refineTimeout(verdict, {...silence, firewall: Promise.resolve([])})).toBe(verdict)
  const unreadable = Promise.resolve([finding('firewall-443', 'firewall.unreadable', {summary: ''})])
  await expect(refineTimeout(verdict, {...silence, firewall: unreadable})).rejects.toThrow('measured')
})

it('measures only a connection that was not answered', async () => {
  const refused = {...verdict, code: 'tcp.refused'} as const
  const unreadable = Promise.resolve([finding('firewall-443', 'firewall.unreadable', {summary: ''})])
  expect(await refineTimeout(refused, {...silence, firewall: unreadable})).toBe(refused)
})

it('measures a proxy that does not answer like any other address', async () => {
  const unreachable = {...verdict, code: 'proxy.unreachable'} as const
  const unreadable = Promise.resolve([finding('firewall-443', 'firewall.unreadable', {summary: ''})])
  await expect(refineTimeout(unreachable, {...silence, firewall: unreadable})).rejects.toThrow('measured')
})
