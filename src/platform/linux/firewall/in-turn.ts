import type {RunCommand} from '../../command.ts'

/**
 * Starting a process holds everything else up for milliseconds. Of several that are asked for at once, one is started in
 * each turn of the event loop, so that what comes from the network meanwhile is attended to in between.
 */
export function inTurn(run: RunCommand): RunCommand {
  let turns: Promise<void> = Promise.resolve()
  return async (command, limits) => {
    turns = turns.then(() => new Promise(resolve => setImmediate(resolve)))
    await turns
    return run(command, limits)
  }
}
