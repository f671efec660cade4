import {toAscii} from './ascii.ts'
import {joinSoftRows} from './soft-rows.ts'

/** Cursor to the upper left corner, and all below it erased (ECMA-48 CUP, ED): the scrollback stays as it is. */
const ERASE_SCREEN = '\u001B[H\u001B[J'

type Settings = {
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean
  /** Whether the terminal shows hyperlinks. */
  readonly hyperlinks: boolean
  /** Has the frame on the screen forgotten, before a terminal that became smaller is erased. */
  readonly forgetFrame: () => void
  /** Waits until what components have changed is drawn. */
  readonly drawn: () => Promise<void>
}

/**
 * The terminal's output side for frames. Without Unicode, every character becomes one of ASCII.
 *
 * A terminal that becomes smaller breaks rows or scrolls them away, so that nothing can be found again relative to the
 * cursor: it is erased once, and the frame redrawn. Of a new size the components hear first, and Ink, which listens
 * from its start, last: it would draw the frame that fitted before, which may be taller than the screen.
 */
export function screenOutput(
  stdout: NodeJS.WriteStream,
  {unicode, hyperlinks, forgetFrame, drawn}: Settings,
): {readonly output: NodeJS.WriteStream; readonly release: () => void} {
  const listeners: (() => void)[] = []
  let size = sizeOf(stdout)
  const resized = async () => {
    const before = size
    size = sizeOf(stdout)
    if (size.columns < before.columns || size.rows < before.rows) {
      // A frame for the size before may still be held back: it goes with what is erased.
      await drawn()
      forgetFrame()
      stdout.write(ERASE_SCREEN)
    }
    const [ink, ...components] = listeners
    for (const component of components) component()
    await drawn()
    ink?.()
  }
  // One after the other: what one has erased, another must not draw on.
  let settled = Promise.resolve()
  const heard = () => {
    settled = settled.then(resized)
  }
  stdout.on('resize', heard)

  const own: Readonly<Record<string, unknown>> = {
    write(chunk: string | Uint8Array, ...rest: []) {
      if (typeof chunk !== 'string') return stdout.write(chunk, ...rest)
      const joined = joinSoftRows(chunk, {columns: stdout.columns, hyperlinks})
      return stdout.write(unicode ? joined : toAscii(joined), ...rest)
    },
    on(event: string, listener: () => void) {
      if (event === 'resize') listeners.push(listener)
      else stdout.on(event, listener)
    },
    off(event: string, listener: () => void) {
      if (event !== 'resize') stdout.off(event, listener)
      else if (listeners.includes(listener)) listeners.splice(listeners.indexOf(listener), 1)
    },
  }
  const output = new Proxy(stdout, {
    get(stream, name) {
      if (typeof name === 'string' && name in own) return own[name]
      const value: unknown = Reflect.get(stream, name, stream)
      return typeof value === 'function' ? value.bind(stream) : value
    },
  })
  return {output, release: () => stdout.off('resize', heard)}
}

function sizeOf({columns, rows}: NodeJS.WriteStream): {readonly columns: number; readonly rows: number} {
  return {columns, rows}
}
