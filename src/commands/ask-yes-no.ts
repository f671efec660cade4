import {createInterface} from 'node:readline/promises'
import {Interrupted} from '../contract/errors.ts'

/**
 * Asks on the terminal, on stderr; anything but `y` or `yes` is a no.
 *
 * @throws Interrupted on Ctrl-C and at the end of input
 */
export async function askYesNo(question: string): Promise<boolean> {
  const terminal = createInterface({input: process.stdin, output: process.stderr})
  try {
    return await new Promise<boolean>((resolve, reject) => {
      terminal.on('SIGINT', () => reject(new Interrupted('SIGINT')))
      terminal.on('close', () => reject(new Interrupted('SIGHUP')))
      terminal.question(`${question} [y/N] `).then(answer => resolve(/^y(es)?$/i.test(answer.trim())), reject)
    })
  } finally {
    terminal.close()
  }
}
