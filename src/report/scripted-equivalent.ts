import type {CheckOptions} from '../contract/check-options.ts'
import type {JsonValue} from '../contract/finding.ts'
import {ownCommand} from '../contract/own-command.ts'
import type {Command} from '../contract/remedy.ts'
import type {RunFlags} from '../options/option.ts'
import {OPTION_ROWS} from '../options/options.ts'

/** The command line that repeats a run unattended. Credentials of a proxy are placeholders. */
export function scriptedCommand(mode: 'check' | 'fix', options: CheckOptions, flags: RunFlags = {}): Command {
  const given = {...options, ...flags, asks: mode === 'check' || flags.asks === true}
  const words = OPTION_ROWS.filter(({takenBy = mode}) => takenBy === mode).flatMap(({key, repeated}) => {
    const value = repeated?.(given) ?? false
    return value === false ? [] : value === true ? [`--${key}`] : [`--${key}`, value]
  })
  return ownCommand(mode, ...words)
}

/** The options that a report shows: each says itself what of it is shown, so that a new one cannot slip out unseen. */
export function redactOptions(options: CheckOptions): Record<string, JsonValue> {
  return Object.assign({}, ...OPTION_ROWS.map(({shown}) => shown?.(options)))
}
