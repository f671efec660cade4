import type {Status} from '../contract/cause-codes.ts'
import type {Layer} from '../contract/finding.ts'
import {LAYER_WORDS, STATUS_WORDS} from './words.ts'

const GLYPHS: Record<Status, string> = {pass: '', warn: '! ', fail: '✗ ', skip: '', error: '✗ '}

/**
 * How far a connection got, layer by layer: `DNS 3 ms → TCP 12 ms → TLS ✗ FAIL tls.reset (4 ms)`. Layers that were not
 * reached are left out.
 */
export function layersLine(layers: readonly Layer[], unicode: boolean): string {
  return layers
    .filter(({status}) => status !== 'skip')
    .map(layer => layerText(layer, unicode))
    .join(unicode ? ' → ' : ' -> ')
}

function layerText({layer, status, code, ms}: Layer, unicode: boolean): string {
  const name = LAYER_WORDS[layer]
  const time = `${Math.round(ms)} ms`
  if (status === 'pass') return `${name} ${time}`
  return `${name} ${unicode ? GLYPHS[status] : ''}${STATUS_WORDS[status]} ${code} (${time})`
}
