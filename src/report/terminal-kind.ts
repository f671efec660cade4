/** What a terminal can do, as far as its environment tells. */
export type TerminalKind = {
  /** Shows characters beyond ASCII. */
  readonly unicode: boolean
  /** Moves its cursor on request, so that what was printed can be redrawn. */
  readonly movesCursor: boolean
}

/** Those of Windows that are no legacy console, by the variable that they set and what it says. */
const WINDOWS_TERMINALS: readonly (readonly [variable: string, says: RegExp])[] = [
  ['WT_SESSION', /./],
  ['ConEmuTask', /^\{cmd::Cmder\}$/],
  ['TERM_PROGRAM', /^(vscode|WezTerm|Hyper)$/],
  ['TERMINAL_EMULATOR', /^JetBrains-JediTerm$/],
  ['TERM', /^(xterm|alacritty|rxvt-unicode|screen|tmux)/],
]

/**
 * Decides by the platform and the environment alone. A terminal without a name is taken for a dumb one, as git does;
 * a locale that nobody has set is no statement about the character set, one that names another is (systemd's
 * `is_locale_utf8` reads it in the same way). The kernel's own console has a font of 256 or 512 glyphs.
 */
export function terminalKind(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): TerminalKind {
  const {TERM} = environment
  if (platform === 'win32') {
    const modern = WINDOWS_TERMINALS.some(([variable, says]) => says.test(environment[variable] ?? ''))
    return {unicode: modern && TERM !== 'dumb', movesCursor: TERM !== 'dumb'}
  }
  const dumb = TERM === undefined || TERM === '' || TERM === 'dumb' || TERM === 'unknown'
  return {unicode: !dumb && TERM !== 'linux' && isUtf8(environment), movesCursor: !dumb}
}

function isUtf8({LC_ALL, LC_CTYPE, LANG}: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || ''
  return locale === '' || /utf-?8/i.test(locale)
}
