import {element, text} from '../../lib/xml.ts'
import {HOP_WORDS} from '../path-picture/draw.ts'
import type {Hop, HopState, Route} from '../path-picture/routes.ts'

const BOX = {width: 132, height: 54, gap: 34}
const MARGIN = 8
const TITLE_HEIGHT = 22
const LINE_HEIGHT = 15
const ROW_GAP = 18

/**
 * The network paths as one SVG element that is drawn by the classes of the page around it. States are written in words, so
 * that the picture can be read without colors, and every hop has them in its title for screen readers.
 */
export function pathSvg(routes: readonly Route[]): string {
  const rows: string[] = []
  let top = MARGIN
  for (const route of routes) {
    const {svg, height} = drawRoute(route, top)
    rows.push(svg)
    top += height + ROW_GAP
  }
  const hops = Math.max(...routes.map(route => route.hops.length)) + 1
  const width = 2 * MARGIN + hops * BOX.width + (hops - 1) * BOX.gap
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'paths',
      role: 'img',
      'aria-label': 'Network paths',
      viewBox: `0 0 ${width} ${top}`,
      width,
    },
    rows,
  )
}

function drawRoute({title, targets, hops}: Route, top: number): {svg: string; height: number} {
  const boxTop = top + TITLE_HEIGHT + targets.length * LINE_HEIGHT
  const source = box({name: 'this server', state: 'open', code: null, rule: null}, 0, boxTop, false)
  const others = hops.map(
    (hop, index) => arrow(hop.state, index + 1, boxTop) + box(hop, index + 1, boxTop, true),
  )
  const parts = [
    label(title, MARGIN, top + 14, 'title'),
    ...targets.map((target, index) =>
      label(`to ${target}`, MARGIN, top + TITLE_HEIGHT + 10 + index * LINE_HEIGHT, 'target'),
    ),
    source,
    ...others,
  ]
  return {
    svg: element('g', {}, parts),
    height: TITLE_HEIGHT + targets.length * LINE_HEIGHT + BOX.height,
  }
}

const left = (index: number): number => MARGIN + index * (BOX.width + BOX.gap)

function box({name, state, code}: Hop, index: number, top: number, isHop: boolean): string {
  const middle = left(index) + BOX.width / 2
  const word = `${HOP_WORDS[state]}${code === null ? '' : ` ${code}`}`
  return element('g', {class: isHop ? `hop ${state}` : 'hop'}, [
    element('title', {}, [text(isHop ? `${name}: ${word}` : name)]),
    element('rect', {x: left(index), y: top, width: BOX.width, height: BOX.height, rx: 6}),
    label(name, middle, top + (isHop ? (code === null ? 23 : 16) : 31), 'name', 'middle'),
    ...(isHop ? [label(HOP_WORDS[state], middle, top + (code === null ? 41 : 32), 'state', 'middle')] : []),
    ...(code === null ? [] : [label(code, middle, top + 47, 'code', 'middle')]),
  ])
}

function arrow(state: HopState, index: number, top: number): string {
  const start = left(index) - BOX.gap
  const end = left(index)
  const y = top + BOX.height / 2
  const middle = (start + end) / 2
  const tip =
    state === 'blocked'
      ? `M${middle - 6} ${y - 6} L${middle + 6} ${y + 6} M${middle + 6} ${y - 6} L${middle - 6} ${y + 6}`
      : `M${end - 9} ${y - 5} L${end - 2} ${y} L${end - 9} ${y + 5}`
  return element('path', {class: `link ${state}`, d: `M${start + 2} ${y} L${end - 2} ${y} ${tip}`})
}

function label(words: string, x: number, y: number, style: string, anchor: string | null = null): string {
  return element('text', {x, y, class: style, 'text-anchor': anchor}, [text(words)])
}
