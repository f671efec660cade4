import {spawn} from 'node:child_process'
import type {Command} from '../../contract/remedy.ts'

/** Node starts in a fraction of this; a busy machine has the rest. In milliseconds. */
const START_LIMIT_MS = 15_000

/**
 * Starts a program in a session of its own (setsid(2)), so that neither a terminal's hang-up nor the end of this
 * process reaches it, and waits until it has printed something to say that it is at work.
 * @returns whether it is; false where it ended first, was not found, or printed nothing in 15 s, and was then ended
 */
export async function startDetached(command: Command, env: NodeJS.ProcessEnv): Promise<boolean> {
  const [program, ...args] = command
  const child = spawn(program, args, {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  })
  const {promise, resolve} = Promise.withResolvers<boolean>()
  const giveUp = setTimeout(() => resolve(false), START_LIMIT_MS)
  child.once('error', () => resolve(false))
  child.once('exit', () => resolve(false))
  child.stdout.once('data', () => resolve(true))
  const started = await promise
  clearTimeout(giveUp)
  if (!started) child.kill('SIGKILL')
  child.stdout.destroy()
  child.unref()
  return started
}
