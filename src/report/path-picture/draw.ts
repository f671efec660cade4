import type {Hop, HopState, Route} from './routes.ts'

/** A row of the picture; `state` colours it, and never says anything that the words do not. */
export type PictureRow = {
  readonly text: string
  readonly state: HopState | null
  /** Whatever its width, the row is never broken or cut: it is there to be searched for. */
  readonly whole?: true
}

export type Drawing = {readonly columns: number; readonly unicode: boolean}

export const HOP_WORDS: Readonly<Record<HopState, string>> = {
  open: 'open',
  blocked: 'BLOCKED',
  undecided: 'undecided',
  'not-checked': 'not checked',
  testing: 'testing',
}

const LINKS = {
  unicode: {open: '──▶', blocked: '──✗', undecided: '──?', 'not-checked': '┄┄┄', testing: '···'},
  ascii: {open: '-->', blocked: '--X', undecided: '--?', 'not-checked': '. .', testing: '...'},
} as const satisfies Record<string, Record<HopState, string>>

const SOURCE = 'this server'

/** Draws each route with its hops side by side where the width allows, else one below the other. */
export function drawRoutes(routes: readonly Route[], drawing: Drawing): readonly PictureRow[] {
  const wide = routes.map(route => drawWide(route, drawing))
  const fits = wide.flat().every(({text, whole}) => whole || text.length <= drawing.columns)
  return fits ? wide.flat() : routes.flatMap(route => drawNarrow(route, drawing))
}

function drawWide({title, targets, hops}: Route, {unicode}: Drawing): readonly PictureRow[] {
  const links = unicode ? LINKS.unicode : LINKS.ascii
  const cells = hops.map(hop => {
    const texts = [hop.name, HOP_WORDS[hop.state], hop.code ?? '']
    const width = Math.max(...texts.map(({length}) => length))
    const [name = '', word = '', code = ''] = texts.map(text => text.padEnd(width))
    return {name: `${links[hop.state]} ${name}`, word: `    ${word}`, code: `    ${code}`}
  })
  const row = (start: string, part: 'name' | 'word' | 'code') =>
    `  ${[start.padEnd(SOURCE.length), ...cells.map(cell => cell[part])].join(' ').trimEnd()}`
  const state = worstState(hops)
  return [
    {text: title, state: null},
    ...targetRows(targets),
    {text: row(SOURCE, 'name'), state: null},
    {text: row('', 'word'), state},
    ...(hops.some(({code}) => code !== null) ? [{text: row('', 'code'), state}] : []),
    ...ruleRows(hops),
  ]
}

function drawNarrow({title, targets, hops}: Route, {unicode}: Drawing): readonly PictureRow[] {
  const links = unicode ? LINKS.unicode : LINKS.ascii
  const width = Math.max(...hops.map(({name}) => name.length))
  return [
    {text: title, state: null},
    ...targetRows(targets),
    {text: `  ${SOURCE}`, state: null},
    ...hops.map(hop => ({
      text: `  ${links[hop.state]} ${hop.name.padEnd(width)}  ${wordOf(hop)}`,
      state: hop.state,
    })),
    ...ruleRows(hops),
  ]
}

function targetRows(targets: readonly string[]): readonly PictureRow[] {
  return targets.map(target => ({text: `  to ${target}`, state: null, whole: true as const}))
}

function ruleRows(hops: readonly Hop[]): readonly PictureRow[] {
  return hops.flatMap(({rule}) =>
    rule === null ? [] : [{text: `  by ${rule}`, state: 'blocked' as const, whole: true as const}],
  )
}

function wordOf({state, code}: Hop): string {
  return code === null ? HOP_WORDS[state] : `${HOP_WORDS[state]} ${code}`
}

const GRAVITY: readonly HopState[] = ['blocked', 'undecided', 'testing', 'not-checked', 'open']

/** The state that matters most of all these. */
export function worstState(hops: readonly Pick<Hop, 'state'>[]): HopState {
  return GRAVITY.find(state => hops.some(hop => hop.state === state)) ?? 'open'
}
