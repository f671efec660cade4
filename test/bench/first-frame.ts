import {openTerminal} from '../pty/terminal.ts'
import {CLI, median, type Ratio} from './measure.ts'

const ROUNDS = 12

/** From start to the wizard's first question on a terminal, against bare node on the same kind of terminal. */
export async function firstFrameRatio(): Promise<Ratio> {
  const bare: number[] = []
  const wizard: number[] = []
  await showWizard()
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await runBare())
    wizard.push(await showWizard())
  }
  const ratio = median(wizard) / median(bare)
  const detail = `${median(wizard).toFixed(0)} ms / ${median(bare).toFixed(0)} ms`
  return {name: "the wizard's first frame", ratio, atMost: 4.5, detail}
}

async function runBare(): Promise<number> {
  const started = performance.now()
  await using terminal = openTerminal([process.execPath, '-e', '0'])
  await terminal.exit()
  return performance.now() - started
}

async function showWizard(): Promise<number> {
  const started = performance.now()
  await using terminal = openTerminal([process.execPath, CLI])
  await terminal.until('Step 1 of')
  return performance.now() - started
}
