import type {CompiledFirewall} from '../../../src/firewall/compile.ts'
import {DESTINATIONS, type Snippet} from './snippets.ts'

const LETTERS = {allow: 'a', block: 'b', unknown: 'u'} as const

/** What the judge says of the connections that every snippet is asked about, a letter each. */
export function judgedBy(firewall: Pick<CompiledFirewall, 'judge'>, {uid = 0}: Snippet): string {
  return DESTINATIONS.map(destination => LETTERS[firewall.judge({...destination, uid}).verdict]).join('')
}
