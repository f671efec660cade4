import {terminalKind} from '../report/text/terminal.ts'

/** How text may look where it goes. */
export type Look = {readonly columns: number; readonly color: boolean; readonly unicode: boolean}

/** Colours only on a terminal, and glyphs beyond ASCII only where it has them; null: it goes to a file. */
export function lookFor(terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> | null): Look {
  return {
    columns: terminal?.columns ? Math.max(40, Math.min(terminal.columns, 120)) : 80,
    color: terminal?.isTTY === true && wantsColour(process.env),
    unicode: terminalKind(process.platform, process.env).unicode,
  }
}

/** `--no-color`, NO_COLOR and what Ink understands have all become FORCE_COLOR=0 at start. */
function wantsColour(environment: NodeJS.ProcessEnv): boolean {
  return environment.FORCE_COLOR !== '0' && environment.TERM !== 'dumb'
}

const OFF = ['', '0', 'false', 'no', 'off']

/**
 * Whether questions are to be asked in linear text, line by line: for a screen reader, and where nothing that was
 * printed can be redrawn. `ACCESSIBLE` and `INK_SCREEN_READER` may say anything but no.
 */
export function wantsLinearText(accessible: boolean, environment: NodeJS.ProcessEnv): boolean {
  const asked = [environment.ACCESSIBLE, environment.INK_SCREEN_READER].some(
    value => !OFF.includes((value ?? '').toLowerCase()),
  )
  return accessible || asked || !terminalKind(process.platform, environment).movesCursor
}
