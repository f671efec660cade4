import {existsSync} from 'node:fs'
import {writeFile} from 'node:fs/promises'
import {expect} from 'vitest'
import type {Lab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'

/** A firewall that stops at the first rule it is to insert, until it is let go. */
export type Gate = {
  /** The PATH on which the firewall's programs are found. */
  readonly path: string
  /** Resolves once a rule is about to be inserted. */
  reached(): Promise<void>
  open(): Promise<void>
}

/** Puts programs on a PATH of their own that hold back each insertion of a rule until the gate is open. */
export async function closeGate({source, directory}: Lab): Promise<Gate> {
  const here = `${directory}/gate`
  await source.must(['mkdir', '-p', here])
  for (const program of ['iptables', 'iptables-nft', 'iptables-legacy']) {
    const script = [
      '#!/bin/sh',
      'case " $* " in *" -I "*|*" -A "*)',
      `  touch ${here}/reached`,
      `  while [ ! -e ${here}/open ]; do sleep 0.05; done ;;`,
      'esac',
      `exec /usr/sbin/${program} "$@"`,
      '',
    ].join('\n')
    await writeFile(`${here}/${program}`, script, {mode: 0o755})
  }
  return {
    path: `${here}:${SYSTEM_PATH}`,
    reached: () => expect.poll(() => existsSync(`${here}/reached`), {timeout: 30_000}).toBe(true),
    open: () => writeFile(`${here}/open`, ''),
  }
}
