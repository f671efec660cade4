import figures from 'figures'
import type {Status} from '../contract/cause-codes.ts'

type Look = {readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean}

type Mark = {readonly glyph: string; readonly word: string; readonly look: Look}

/** How far something has come that has no status, or none yet. */
export type Progressing = 'waiting' | 'running' | 'done' | 'taken-back'

/** What colours stand for. Every mark has its word too: colour and glyph are never the only signal. */
export const theme = {
  status: {
    pass: {glyph: figures.tick, word: 'PASS', look: {color: 'green'}},
    warn: {glyph: figures.warning, word: 'WARN', look: {color: 'yellow'}},
    fail: {glyph: figures.cross, word: 'FAIL', look: {color: 'red', bold: true}},
    skip: {glyph: '-', word: 'SKIP', look: {dimColor: true}},
    error: {glyph: '!', word: 'ERROR', look: {color: 'magenta', bold: true}},
  },
  progress: {
    waiting: {glyph: ' ', word: 'WAIT', look: {dimColor: true}},
    running: {glyph: figures.pointer, word: 'RUN', look: {color: 'cyan'}},
    done: {glyph: figures.tick, word: 'DONE', look: {color: 'green'}},
    'taken-back': {glyph: figures.arrowLeft, word: 'BACK', look: {color: 'yellow'}},
  },
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

/** `figures` decides once whether the terminal can show more than the console character set. */
export const hasUnicode = figures.tick === '✔'

export const SPINNER_FRAMES = hasUnicode
  ? ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
  : ['-', '\\', '|', '/']
