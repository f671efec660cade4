import {parseInterval} from '../address.ts'
import {splitRule} from '../windows/fields.ts'
import type {PortCondition} from '../windows/ports.ts'
import type {Profile} from '../windows/state.ts'

/** An outbound allow rule for one TCP port, as this tool creates it. */
export type AllowRule = {
  readonly port: number
  /** Address or CIDR; null: any. */
  readonly destination: string | null
  /** All three: any profile. */
  readonly profiles: readonly Profile[]
}

/** The registry's text of such a rule, for judging what it would do. */
export function allowRuleText({port, destination, profiles}: AllowRule): string {
  const family = destination === null ? null : parseInterval(destination)?.family
  const fields = [
    'Action=Allow',
    'Active=TRUE',
    'Dir=Out',
    'Protocol=6',
    ...(profiles.length === 3 ? [] : profiles.map(profile => `Profile=${capitalized(profile)}`)),
    `RPort=${port}`,
    // A prefix as long as the address is not valid in a rule; Windows writes the address alone.
    ...(destination === null
      ? []
      : [`RA${family}=${destination.replace(family === 6 ? /\/128$/ : /\/32$/, '')}`]),
    'Name=drs-onboard',
  ]
  return `v2.10|${fields.join('|')}|`
}

export function capitalized(profile: Profile): string {
  return `${profile.charAt(0).toUpperCase()}${profile.slice(1)}`
}

/** The rule with another value of a field; the field is added where it was missing. */
export function withField(text: string, name: string, value: string): string {
  const {fields, major, minor} = splitRule(text)
  const others = fields.filter(field => field.name !== name.toLowerCase())
  const parts = others.map(field => `${field.name}=${field.value}`)
  return `v${major}.${minor}|${[...parts, `${name}=${value}`].join('|')}|`
}

/** The rule with other remote ports. */
export function withRemotePorts(text: string, ports: readonly string[]): string {
  const {fields, major, minor} = splitRule(text)
  const others = fields.filter(({name}) => !name.startsWith('rport'))
  const parts = others.map(field => `${field.name}=${field.value}`)
  const added = ports.map(port => (port.includes('-') ? `RPort2_10=${port}` : `RPort=${port}`))
  return `v${major}.${minor}|${[...parts, ...added].join('|')}|`
}

/** The ports of a condition without one of them, as the cmdlets take them; empty where nothing is left. */
export function portsWithout({ranges}: PortCondition, port: number): readonly string[] {
  return ranges.flatMap(({lo, hi}) => {
    if (port < lo || hi < port) return [portText(lo, hi)]
    return [...(lo < port ? [portText(lo, port - 1)] : []), ...(port < hi ? [portText(port + 1, hi)] : [])]
  })
}

/** The ports of a condition, as the cmdlets take them. */
export function portsOf({ranges}: PortCondition): readonly string[] {
  return ranges.map(({lo, hi}) => portText(lo, hi))
}

const portText = (lo: number, hi: number) => (lo === hi ? `${lo}` : `${lo}-${hi}`)
