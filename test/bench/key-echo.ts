import {type Lab, startLab} from '../lab/lib/lab.ts'
import {STAGING} from '../lab/lib/topology.ts'
import {KEYS, type Terminal} from '../pty/terminal.ts'
import {median, type Ratio} from './measure.ts'

const KEYS_TYPED = 60

/** What the checks have in their last row, and what comes after them. */
const SCREEN = /Ctrl-C stop at once|Findings/

/** The time from a key to what it shows, in a terminal, while all checks of the wizard run; against 50 ms. */
export async function keyEchoRatio(): Promise<Ratio> {
  const lab = await startLab({replicationServer: true, faults: {bytesPerSecond: 300_000}})
  try {
    const echoes = await measure(lab)
    const worst = Math.max(...echoes)
    return {
      name: "a key's echo while all checks run, median",
      ratio: median(echoes) / 50,
      atMost: 1,
      detail: `${median(echoes).toFixed(0)} ms, worst ${worst.toFixed(0)} ms, of 50 ms; ${echoes.length} keys`,
    }
  } finally {
    await lab.stop()
  }
}

/** Opens and closes the help over the checks, and times each until it is shown. */
async function measure(lab: Lab): Promise<readonly number[]> {
  const args = ['--region', lab.region, '--staging-subnet', STAGING.subnet]
  await using terminal = await lab.source.openDrsOnboard([...args, '--replication-server', STAGING.ipv4], {
    cols: 80,
    rows: 24,
  })
  await terminal.until('Host name')
  terminal.type(KEYS.enter)
  await terminal.until('Ctrl-C stop at once')
  const echoes: number[] = []
  for (let typed = 0; typed < KEYS_TYPED && isChecking(terminal); typed += 2) {
    echoes.push(await timed(terminal, '?', 'Help: '), await timed(terminal, '?', SCREEN))
  }
  return echoes
}

function isChecking(terminal: Terminal): boolean {
  return terminal.screen().some(row => row.includes('Ctrl-C stop at once'))
}

async function timed(terminal: Terminal, key: string, shown: string | RegExp): Promise<number> {
  const started = performance.now()
  terminal.type(key)
  await terminal.until(shown)
  return performance.now() - started
}
