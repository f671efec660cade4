import {HOP_WORDS, type PictureRow, worstState} from './draw.ts'
import type {Route} from './routes.ts'

/** The paths in one row, for a window that has no room for the picture; null where no check looks at one. */
export function briefRoutes(routes: readonly Route[], columns: number): PictureRow | null {
  const kinds = [...Map.groupBy(routes, ({title}) => title)].map(([title, alike]) => {
    const hops = alike.flatMap(route => route.hops)
    const state = worstState(hops)
    const stop = state === 'blocked' ? hops.find(hop => hop.state === state) : undefined
    const [name = title, port = ''] = title.split(', TCP ')
    return {name, port, state, at: stop === undefined ? '' : ` (${stop.name})`}
  })
  if (kinds.length === 0) return null
  // The ports of DRS and S3 are the same.
  const grouped = [...Map.groupBy(kinds, ({state}) => state)].map(
    ([state, alike]) =>
      `${HOP_WORDS[state]} ${alike.map(({name, port}) => (name === 'Replication' ? port : name)).join(', ')}`,
  )
  const texts = [
    kinds.map(({name, state, at}) => `${name} ${HOP_WORDS[state]}${at}`).join(' · '),
    kinds.map(({name, state}) => `${name} ${HOP_WORDS[state]}`).join(' · '),
    grouped.join(' · '),
  ]
  const text = texts.find(({length}) => length <= columns) ?? texts.at(-1) ?? ''
  return {text, state: worstState(kinds)}
}
