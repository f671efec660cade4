import {ownCommandText} from '../contract/own-command.ts'
import type {RunOptions} from '../options/resolve.ts'

/** Says on stderr that nobody chooses a Region here, so that no latency is shown either. */
export function warnOfLatency({latency, quiet}: Pick<RunOptions, 'latency' | 'quiet'>): void {
  if (!latency || quiet) return
  process.stderr.write(
    `--latency has no effect here: it is for the Region question of the wizard, and for \`${ownCommandText('regions', '--latency')}\`.\n`,
  )
}
