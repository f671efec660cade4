import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import type {Judgement} from '../../../src/contract/judgement.ts'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {linuxFirewallState} from '../../../src/firewall/state.ts'

type Measured = {
  readonly to: string
  readonly port: number
  readonly uid: number
  /** A byte went there and came back. */
  readonly exchanged: boolean
  readonly connected: boolean
}

const DIRECTORY = join(import.meta.dirname, 'fixtures')

/** What a probe came to, as far as it can be seen from outside: `allow`, or block before or after the handshake. */
function seen({exchanged, connected}: Measured): string {
  return exchanged ? 'allow' : connected ? 'block after the handshake' : 'block'
}

function judged({verdict, stage, how}: Judgement, {connected}: Measured): string {
  if (verdict !== 'block') return verdict
  const opens = stage === 'out-data' || stage === 'in-data'
  // A reject may arrive before the program has seen its connection open.
  return opens && (how === 'drop' || connected) ? 'block after the handshake' : 'block'
}

/** Rule sets as nft 1.0.6 printed them, with what the kernel did to real connections (`record.ts`). */
describe.each(readdirSync(DIRECTORY))('%s', file => {
  const {state, measured} = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8'))
  const whole = linuxFirewallState.parse(state)

  test.each([
    ['JSON and text', whole],
    ['JSON', {...whole, nftText: null}],
    ['text', {...whole, nftJson: null}],
    ['text, the JSON being cut off', {...whole, nftJson: whole.nftJson?.slice(0, -40) ?? null}],
  ])('%s: as the kernel does', (_, captured) => {
    const firewall = compileFirewall(captured)
    for (const probe of measured as Measured[]) {
      const {to, port, uid} = probe
      expect({to, port, uid, is: judged(firewall.judge({to, port, uid}), probe)}).toEqual({
        to,
        port,
        uid,
        is: seen(probe),
      })
    }
  })
})
