import {UserError} from '../contract/errors.ts'
import {EXIT, type ExitCode} from '../contract/exit-codes.ts'
import {createHostReader} from '../engine/host-reader.ts'
import {unreadableOf} from '../firewall/state/state.ts'
import {printableLine} from '../lib/printable.ts'
import {json} from './offline/format.ts'
import {untilSignal} from './signals.ts'
import {writeWhole} from './write-whole.ts'

export type CaptureFlags = {readonly output?: string; readonly quiet?: boolean}

/**
 * `drs-onboard capture`: this host's firewall state as one JSON document. What could not be read is named in the
 * document and on stderr.
 *
 * @throws UserError without the rights to read rules: what is then seen is not the firewall
 */
export async function captureCommand({output, quiet}: CaptureFlags): Promise<ExitCode> {
  return untilSignal(async signal => {
    const reader = createHostReader(NO_NAMES, signal)
    const {elevated, user} = await reader.privileges()
    if (!elevated) {
      throw new UserError(
        `capture must read the firewall rules, which ${user} cannot; run it again ${whoMay(user)}.`,
      )
    }
    const state = await reader.firewallState()
    signal.throwIfAborted()
    for (const [field, reason] of Object.entries(unreadableOf(state)))
      process.stderr.write(`Not read: ${field}: ${printableLine(reason)}\n`)
    if (output === undefined) process.stdout.write(json(state))
    else {
      await writeWhole(output, json(state))
      if (!quiet) process.stderr.write(`Firewall state written to ${printableLine(output)}.\n`)
    }
    return EXIT.ready
  })
}

function whoMay(user: string): string {
  if (process.platform === 'win32') return 'as Administrator'
  // As in a container that was not given it.
  return user === 'root' ? 'with the capability CAP_NET_ADMIN' : 'as root, for example with sudo'
}

/** Milliseconds for looking up a name, which capturing does not do. */
const NO_NAMES = 0
