import {findingsOf, type Session} from '../../engine/session.ts'
import {drawRoutes} from '../../report/path-picture/draw.ts'
import {type HopState, routesOf} from '../../report/path-picture/routes.ts'
import {hasUnicode, type Tone} from '../theme.ts'
import type {Line} from './lines.ts'

const TONES: Readonly<Record<HopState, Tone>> = {
  open: 'good',
  blocked: 'bad',
  undecided: 'caution',
  'not-checked': 'plain',
  testing: 'plain',
}

/** The network paths, drawn for a window of that many columns; nothing where no check looks at one. */
export function pathPictureLines(session: Session, columns: number): readonly Line[] {
  const running = [...session.checks].flatMap(([id, {state}]) => (state === 'finished' ? [] : [id]))
  return drawRoutes(routesOf(findingsOf(session), new Set(running)), {columns, unicode: hasUnicode}).map(
    ({text, state}): Line => {
      const body = text.trimStart()
      const indent = text.length - body.length
      return {text: body, indent, ...(state !== null && {tone: TONES[state]})}
    },
  )
}
