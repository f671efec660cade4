import type {RunCommand} from '../../command.ts'

/** To read a file takes four turns of the event loop; an empty one takes microseconds. */
const TURNS = 20

/**
 * Starting a process holds everything else up for milliseconds. Several that are asked for at once are started some turns
 * of the event loop apart, so that what comes from the network or the disk meanwhile is attended to in between.
 */
export function inTurn(run: RunCommand): RunCommand {
  let last: Promise<void> = Promise.resolve()
  return async (command, limits) => {
    last = last.then(letOthersWork)
    await last
    return run(command, limits)
  }
}

async function letOthersWork(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise(resolve => setImmediate(resolve))
}
