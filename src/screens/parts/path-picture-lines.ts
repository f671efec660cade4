import type {Finding} from '../../contract/finding.ts'
import {drawRoutes} from '../../report/path-picture/draw.ts'
import {type HopState, routesOf} from '../../report/path-picture/routes.ts'
import {hasUnicode, type Tone} from '../theme.ts'
import type {Line} from './lines.ts'

const TONES: Readonly<Record<HopState, Tone>> = {
  open: 'good',
  blocked: 'bad',
  unknown: 'caution',
  'not-tested': 'plain',
}

/** The ways out of this server, drawn for a window of that many columns; nothing where no check looked at one. */
export function pathPictureLines(findings: readonly Finding[], columns: number): readonly Line[] {
  return drawRoutes(routesOf(findings), {columns, unicode: hasUnicode}).map(({text, state}): Line => {
    const body = text.trimStart()
    const indent = text.length - body.length
    return {text: body, indent, ...(state !== null && {tone: TONES[state]})}
  })
}
