import {findingsOf, type Session} from '../../engine/session.ts'
import {briefRoutes} from '../../report/path-picture/brief.ts'
import {drawRoutes, type PictureRow} from '../../report/path-picture/draw.ts'
import {type HopState, type Route, routesOf} from '../../report/path-picture/routes.ts'
import type {Line} from './lines.ts'
import {hasUnicode, type Tone} from './theme.ts'

const TONES: Readonly<Record<HopState, Tone>> = {
  open: 'good',
  blocked: 'bad',
  undecided: 'caution',
  'not-checked': 'plain',
  testing: 'plain',
}

/** The network paths, drawn for a window of that many columns; nothing where no check looks at one. */
export function pathPictureLines(session: Session, columns: number): readonly Line[] {
  return drawRoutes(routesIn(session), {columns, unicode: hasUnicode}).map(lineOf)
}

/** The same in one row, for a window that has no room for the picture. */
export function briefPathLines(session: Session, columns: number): readonly Line[] {
  const row = briefRoutes(routesIn(session), columns)
  return row === null ? [] : [lineOf(row)]
}

function routesIn(session: Session): readonly Route[] {
  const running = [...session.checks].flatMap(([id, {state}]) => (state === 'finished' ? [] : [id]))
  return routesOf(findingsOf(session), new Set(running))
}

function lineOf({text, state}: PictureRow): Line {
  const body = text.trimStart()
  const indent = text.length - body.length
  return {text: body, indent, ...(state !== null && {tone: TONES[state]})}
}
