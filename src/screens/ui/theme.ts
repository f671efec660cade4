import type {Status} from '../../contract/cause-codes.ts'
import {hasHyperlinks, terminalKind} from '../../report/text/terminal.ts'

type Look = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean}

type Mark = {readonly glyph: string; readonly word: string; readonly look: Look}

/** How far something has come that has no status, or none yet. */
export type Progressing = 'waiting' | 'running' | 'done' | 'taken-back'

/** Whether the terminal shows more than ASCII. Its environment does not change while the wizard runs. */
export const hasUnicode = terminalKind(process.platform, process.env).unicode

/** Whether looks are shown at all: `--no-color` and NO_COLOR have become FORCE_COLOR=0 before the wizard is loaded. */
export const hasColor = process.env.FORCE_COLOR !== '0'

/** Whether URLs become hyperlinks. The screens are only shown on terminals. */
export const hasLinks = hasHyperlinks(true, process.env)

const UNICODE = {
  tick: '✔',
  warning: '⚠',
  cross: '✘',
  pointer: '❯',
  back: '←',
  on: '☒',
  off: '☐',
  rule: '─',
  more: '↓',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
}

const ASCII: typeof UNICODE = {
  tick: '+',
  warning: '!',
  cross: 'x',
  pointer: '>',
  back: '<',
  on: '[x]',
  off: '[ ]',
  rule: '-',
  more: 'v',
  spinner: ['-', '\\', '|', '/'],
}

export const glyphs = hasUnicode ? UNICODE : ASCII

/** What colours stand for. Every mark has its word too: colour and glyph are never the only signal. */
export const theme = {
  status: {
    pass: {glyph: glyphs.tick, word: 'PASS', look: {color: 'green'}},
    warn: {glyph: glyphs.warning, word: 'WARN', look: {color: 'yellow'}},
    fail: {glyph: glyphs.cross, word: 'FAIL', look: {color: 'red', bold: true}},
    skip: {glyph: '-', word: 'SKIP', look: {dimColor: true}},
    error: {glyph: '!', word: 'ERROR', look: {color: 'magenta', bold: true}},
  },
  progress: {
    waiting: {glyph: ' ', word: 'WAIT', look: {dimColor: true}},
    running: {glyph: glyphs.pointer, word: 'RUN', look: {color: 'cyan'}},
    done: {glyph: glyphs.tick, word: 'DONE', look: {color: 'green'}},
    'taken-back': {glyph: glyphs.back, word: 'BACK', look: {color: 'yellow'}},
  },
  /** None of white, black or grey: on one background or another they vanish. `muted` is for what may vanish. */
  tone: {
    plain: {},
    strong: {bold: true},
    muted: {dimColor: true},
    accent: {color: 'cyan'},
    good: {color: 'green'},
    caution: {color: 'yellow'},
    bad: {color: 'red'},
  },
} as const satisfies {
  status: Record<Status, Mark>
  progress: Record<Progressing, Mark>
  tone: Record<string, Look>
}

export type Tone = keyof typeof theme.tone

export type MarkName = Status | Progressing

/** Room for the longest word of a mark. */
export const WORD_WIDTH = 5

export function markOf(name: MarkName): Mark {
  return name in theme.progress ? theme.progress[name as Progressing] : theme.status[name as Status]
}
