import {render} from 'ink'
import type {ReactNode} from 'react'
import {hasLinks, hasUnicode} from '../ui/theme.ts'
import {KeySource, type TerminalInput} from './key-source.ts'
import {screenOutput} from './screen-output.ts'

export type ScreenTerminal = {
  readonly stdin: TerminalInput
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** Ends what is shown with its reason. */
  readonly signal?: AbortSignal
}

/** A key is answered within one of these. What moves on its own is paced where it begins: `useSpinner` and `useRun`. */
const MAX_FRAMES_PER_SECOND = 60

/** Removes the echo of keys that were typed while the program was loading, so that the first frame begins a row. */
const CLEAR_ECHO = '\r\u001B[K'

/** Shows screens on a terminal until they end by Ink's `exit`, with what they end with. Leaves the terminal as it was. */
export async function showOnTerminal<Result>(
  screens: ReactNode,
  {stdin, stdout, stderr}: ScreenTerminal,
): Promise<Result> {
  const keys = new KeySource(stdin)
  // Before the first frame: what the terminal echoes under a frame moves the cursor that the next frame starts from.
  keys.setRawMode(true)
  stdout.write(CLEAR_ECHO)
  const {output, release} = screenOutput(stdout, {
    unicode: hasUnicode,
    hyperlinks: hasLinks,
    forgetFrame: () => app.clear(),
    drawn: () => app.waitUntilRenderFlush(),
  })
  const app = render(screens, {
    stdin: keys,
    stdout: output,
    stderr,
    exitOnCtrlC: false,
    // The caller has found terminals on both sides; a CI variable in an operator's shell must not silence the screens.
    interactive: true,
    incrementalRendering: true,
    maxFps: MAX_FRAMES_PER_SECOND,
    patchConsole: true,
  })
  try {
    return (await app.waitUntilExit()) as Result
  } finally {
    app.unmount()
    release()
    keys.setRawMode(false)
    keys.destroy()
  }
}
