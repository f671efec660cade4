import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {expect} from 'vitest'
import type {Lab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'

/** A firewall that, once a rule has been inserted, does not show its rules until it is let go. */
export type HeldRecheck = {
  /** The PATH on which the firewall's programs are found. */
  readonly path: string
  /** Resolves once a rule is in place and the rules are read again. */
  reached(): Promise<void>
  open(): Promise<void>
}

/** Holds a run back between its change and the proof of it. */
export async function holdRecheck({directory}: Lab): Promise<HeldRecheck> {
  const here = `${directory}/held`
  await mkdir(here)
  for (const program of ['iptables-nft', 'iptables-legacy']) {
    const change = [
      '#!/bin/sh',
      `/usr/sbin/${program} "$@"`,
      'code=$?',
      `case " $* " in *" -I "*|*" -A "*) touch ${here}/changed ;; esac`,
      'exit $code',
      '',
    ]
    await writeFile(`${here}/${program}`, change.join('\n'), {mode: 0o755})
  }
  const read = [
    '#!/bin/sh',
    `if [ -e ${here}/changed ]; then`,
    `  touch ${here}/reached`,
    `  while [ ! -e ${here}/open ]; do sleep 0.05; done`,
    'fi',
    'exec /usr/sbin/iptables-nft-save "$@"',
    '',
  ]
  await writeFile(`${here}/iptables-nft-save`, read.join('\n'), {mode: 0o755})
  return {
    path: `${here}:${SYSTEM_PATH}`,
    reached: () => expect.poll(() => existsSync(`${here}/reached`), {timeout: 30_000}).toBe(true),
    open: () => writeFile(`${here}/open`, ''),
  }
}
