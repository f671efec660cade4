import {describe, expect, it} from 'vitest'
import {
  isTaken,
  parseSocketState,
  parseSockets,
} from '../../../../src/platform/network/departure/socket-state.ts'

/** What ss of iproute2 6.1 on Linux 6.18 prints, shortened. */
const LINES = {
  'a SYN that a rule drops':
    '0 1 10.9.0.2:5 10.20.0.1:443 timer:(on,820ms,1)\n\t bbr rto:1000 unacked:1 retrans:0/1 lost:1',
  'a SYN that goes out':
    '0 1 10.9.0.2:5 10.20.0.1:443 timer:(on,808ms,1)\n\t bbr rto:1000 unacked:1 retrans:1/1 lost:1',
  'a SYN in a queue, or waiting for a neighbour':
    '0 1 10.9.0.2:5 10.20.0.1:443 timer:(on,820ms,1)\n\t bbr rto:1000 unacked:1 lost:1',
  'a SYN before its first retransmission':
    '0 1 10.9.0.2:5 10.20.0.1:443 timer:(on,600ms,0)\n\t cubic rto:1000 unacked:1',
  'data that a rule drops':
    '0 500 10.9.0.2:5 10.20.0.1:443 timer:(persist,212ms,1)\n\t bbr backoff:1 bytes_sent:1000 bytes_acked:1 notsent:500 snd_wnd:65160',
  'data for a closed window':
    '0 500 10.9.0.2:5 10.20.0.1:443 timer:(persist,212ms,1)\n\t bbr backoff:1 bytes_acked:1 notsent:500',
  'data after a tail loss probe':
    '0 500 10.9.0.2:5 10.20.0.1:443 timer:(on,008ms,0)\n\t bbr bytes_acked:1 unacked:1 retrans:0/1',
  'data that goes out':
    '0 500 10.9.0.2:5 10.20.0.1:443 timer:(on,440ms,2)\n\t bbr bytes_acked:1 unacked:1 retrans:1/3 lost:1',
  'data that is acknowledged':
    '0 0 10.9.0.2:5 10.20.0.1:443\n\t cubic bytes_sent:517 bytes_acked:518 retrans:0/1',
} as const

describe('whether the kernel sends it', () => {
  it.each<[name: keyof typeof LINES, taken: boolean | null]>([
    ['a SYN that a rule drops', false],
    ['a SYN that goes out', true],
    ['a SYN in a queue, or waiting for a neighbour', false],
    ['a SYN before its first retransmission', null],
    ['data that a rule drops', false],
    ['data for a closed window', null],
    ['data after a tail loss probe', null],
    ['data that goes out', true],
    ['data that is acknowledged', null],
  ])('%s: %s', (name, taken) => {
    const state = parseSocketState(LINES[name])
    expect(state && isTaken(state)).toBe(taken)
  })

  it('is not known without a socket', () => {
    expect(parseSocketState('')).toBeNull()
    expect(parseSocketState('\n')).toBeNull()
  })
})

it('reads what was acknowledged', () => {
  expect(parseSocketState(LINES['data that is acknowledged'])?.acknowledged).toBe(518)
})

it('tells sockets apart by their local port', () => {
  const output = `0 1 10.9.0.2:41000 10.20.0.1:443 timer:(on,1.2sec,1)
\t cubic unacked:1 retrans:1/1
0 1 [fd00:9::2]:41001 [fd00:20::1]:443 timer:(on,820ms,1)
\t cubic unacked:1 retrans:0/1
SYN-SENT 0 1 10.9.0.2%eth0:41002 10.20.0.1:443 timer:(on,820ms,0)
\t cubic unacked:1
`
  const states = [...parseSockets(output)].map(([port, state]) => [port, isTaken(state)])
  expect(states).toEqual([
    [41000, true],
    [41001, false],
    [41002, null],
  ])
})
