import {BLANK, type Line} from './lines.ts'

/** The lines to paste, each starting a row of its own. */
export function installCommandLines(installLines: readonly string[]): readonly Line[] {
  if (installLines.length === 0) return []
  return [
    BLANK,
    {text: 'To install the agent on this server:', tone: 'strong'},
    ...installLines.map((text): Line => ({text, tone: 'accent', indent: 2})),
  ]
}
