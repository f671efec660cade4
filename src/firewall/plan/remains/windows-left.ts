import {splitRule} from '../../windows/fields.ts'
import type {Bound} from '../grammar/pattern.ts'
import {namesOneRule, removeRule} from '../windows/commands.ts'
import type {Left} from './left.ts'

/** Values as `reg query` prints them; see registry-text.ts. */
const VALUE = /^ {4}(.*?) {4}REG_SZ {4}(.*?)\r?$/gm

type Listed = {readonly id: string; readonly text: string; readonly of: (name: string) => readonly string[]}

function listed(printed: string): readonly Listed[] {
  return [...printed.matchAll(VALUE)].map(([, id = '', text = '']) => {
    const {fields} = splitRule(text)
    return {id, text, of: name => fields.flatMap(field => (field.name === name ? [field.value] : []))}
  })
}

/** Copies of the rule under another name, as the console makes them: they have its title and its group. */
export function windowsLeft(printed: string, {port}: Bound): readonly Left[] {
  return listed(printed)
    .filter(
      ({id, of}) =>
        of('name').includes(`drs-onboard: TCP ${port} out`) &&
        !id.startsWith('drs-onboard-') &&
        namesOneRule(id),
    )
    .map(({id, text}) => ({text: `${id}: ${text}`, remove: removeRule(id), marked: true}))
}

/**
 * Whether the rule still opens no more than it was made for. Fields that Windows writes in its own way, such as addresses,
 * are not compared.
 */
export function windowsUnchanged(printed: string, {port, peer}: Bound): boolean {
  const [rule] = listed(printed)
  if (!rule) return true
  const {of} = rule
  const addresses = ['ra4', 'ra42', 'ra6', 'ra62'].flatMap(of)
  return (
    ['rport', 'rport2_10', 'rport2_20'].flatMap(of).join() === port &&
    of('protocol').join() === '6' &&
    of('action').join().toLowerCase() === 'allow' &&
    of('dir').join().toLowerCase() === 'out' &&
    (peer === undefined || peer === null || addresses.length > 0)
  )
}
