/** What a terminal can do, as far as its environment tells. */
type TerminalKind = {
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

/** Terminals that name themselves in TERM_PROGRAM, and the first version that shows links (null: every one). */
const BY_PROGRAM: Readonly<Record<string, readonly number[] | null>> = {
  'iTerm.app': [3, 1],
  WezTerm: [2020, 6, 20],
  vscode: [1, 72],
  ghostty: null,
  zed: null,
  tmux: [3, 4],
}

/** Terminals that name themselves in TERM. */
const BY_TERM = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|contour|wezterm)/

/** VTE (GNOME Terminal and others): links since 0.50; 0.50.0 itself crashes on some. */
const FIRST_VTE = 5001

const FIRST_KONSOLE = 201200

/**
 * Whether what is written there may have hyperlinks (OSC 8). By the environment alone, since no terminal says so when it is
 * asked. FORCE_HYPERLINK decides, as in the npm package supports-hyperlinks, except for pipes and files: they get none.
 */
export function hasHyperlinks(isTTY: boolean, environment: NodeJS.ProcessEnv): boolean {
  const {FORCE_HYPERLINK, TERM = '', CI = '', STY, TMUX, TERM_PROGRAM = ''} = environment
  if (!isTTY) return false
  if (FORCE_HYPERLINK !== undefined) return !/^(?:0+|false)$/.test(FORCE_HYPERLINK)
  if (TERM === 'dumb' || TERM === 'linux' || STY || !['', '0', 'false'].includes(CI)) return false
  // What the terminal around it has set says nothing about tmux.
  if (TMUX || TERM_PROGRAM === 'tmux') return TERM_PROGRAM === 'tmux' && isRecent(environment)
  if (TERM_PROGRAM in BY_PROGRAM) return isRecent(environment)
  const {WT_SESSION, KITTY_WINDOW_ID, DOMTERM, VTE_VERSION, KONSOLE_VERSION} = environment
  if (WT_SESSION || KITTY_WINDOW_ID || DOMTERM || BY_TERM.test(TERM)) return true
  return Number(VTE_VERSION) >= FIRST_VTE || Number(KONSOLE_VERSION) >= FIRST_KONSOLE
}

function isRecent({TERM_PROGRAM = '', TERM_PROGRAM_VERSION = ''}: NodeJS.ProcessEnv): boolean {
  const first = BY_PROGRAM[TERM_PROGRAM]
  if (!first) return first === null
  // WezTerm's is a date: 20230712-072601-f4abf8fd.
  const numbers = /^\d{8}/.test(TERM_PROGRAM_VERSION)
    ? [TERM_PROGRAM_VERSION.slice(0, 4), TERM_PROGRAM_VERSION.slice(4, 6), TERM_PROGRAM_VERSION.slice(6, 8)]
    : TERM_PROGRAM_VERSION.split('.')
  const version = numbers.map(part => Number.parseInt(part, 10) || 0)
  for (const [at, wanted] of first.entries()) {
    const found = version[at] ?? 0
    if (found !== wanted) return found > wanted
  }
  return true
}

/** Printable ASCII that a URL may have (RFC 3986), up to what ends a sentence. */
const URL_IN_TEXT = /https?:\/\/[\w.~:/?#[\]@!$&'()*+,;=%-]*[\w/#=%~-]/g

const OSC = '\u001B]8;'
const ST = '\u001B\\'

/** Text that leads to a URL. `id` joins parts of one link that are written apart. */
function linked(text: string, url: string, id = ''): string {
  return `${OSC}${id === '' ? '' : `id=${id}`};${url}${ST}${text}${OSC};${ST}`
}

/** The same text, in which URLs are links. */
export function withLinks(text: string): string {
  return text.replace(URL_IN_TEXT, url => linked(url, url))
}
