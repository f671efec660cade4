import {expect, it} from 'vitest'
import {leavesThisHost, parseRetransmits} from '../../src/platform/network/local-drop.ts'
import {closedPort} from './support/servers.ts'

it.each([
  ['0 1 10.9.0.2:5 10.20.0.1:443\n\t bbr rto:1000 unacked:1 retrans:0/1 lost:1', false],
  ['0 1 10.9.0.2:5 10.20.0.1:443\n\t bbr rto:1000 unacked:1 retrans:1/1 lost:1', true],
  ['0 1 10.9.0.2:5 10.20.0.1:443\n\t cubic rto:1000 unacked:1', null],
  ['', null],
])('reads %j', (output, leaves) => {
  expect(parseRetransmits(output)).toBe(leaves)
})

it('says nothing about a connection that does not hang', async () => {
  const signal = new AbortController().signal
  expect(await leavesThisHost({address: '127.0.0.1', family: 4}, await closedPort(), signal)).toBeNull()
})
