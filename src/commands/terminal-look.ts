/** How text may look where it goes. */
export type Look = {readonly columns: number; readonly color: boolean; readonly unicode: boolean}

/** Colours only on a terminal, and glyphs beyond ASCII only where the locale has them; null: it goes to a file. */
export function lookFor(terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> | null): Look {
  return {
    columns: terminal?.columns ? Math.max(40, Math.min(terminal.columns, 120)) : 80,
    color: terminal?.isTTY === true && wantsColour(process.env),
    unicode: wantsUnicode(process.env),
  }
}

/** `--no-color`, NO_COLOR and what Ink understands have all become FORCE_COLOR=0 at start. */
function wantsColour(environment: NodeJS.ProcessEnv): boolean {
  return environment.FORCE_COLOR !== '0' && environment.TERM !== 'dumb'
}

function wantsUnicode(environment: NodeJS.ProcessEnv): boolean {
  if (environment.TERM === 'linux' || environment.TERM === 'dumb') return false
  return /utf-?8/i.test(environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '')
}
