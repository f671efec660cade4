import {parseInterval} from '../../model/address.ts'
import type {PortCondition} from '../../windows/conditions.ts'
import {splitRule} from '../../windows/fields.ts'
import type {Profile} from '../../windows/state.ts'

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
  return `v${major}.${minor}|${[...parts, ...ports.map(portToken)].join('|')}|`
}

/** What Windows writes before the remote ports, in this order, and what may come right behind them. */
const BEFORE_PORTS = /^v[\d.]+(\|(Action|Active|Dir)=\w+)*\|Protocol=\d+(\|Profile=\w+)*(\|LPort\w*=[\w-]+)*$/
const BEHIND_PORTS = /^(?:(?:Name|App|Svc)=|[LR]A[46]=[\d./-]+$)/
const WRITTEN_BEFORE = /^(?:Action|Active|Dir|Protocol|Profile|LPort\w*|RPort\w*)=/i

/**
 * A text that the registry has of a rule once it has these remote ports, and has not before: a port that is new, else
 * what comes together where one was. Null where no such text is sure: it would be missed after the change as well, so
 * that an undo would take the change for gone. A rule has to be as Windows writes one, with ports in ascending order.
 */
export function markOfPorts(text: string, ports: readonly string[]): string | null {
  const parts = text.split('|')
  const tokens = ports.map(portToken)
  const fresh = tokens.find(token => !parts.includes(token))
  if (fresh !== undefined) return `|${fresh}|`
  const first = parts.findIndex(part => part.startsWith('RPort'))
  const last = parts.findLastIndex(part => part.startsWith('RPort'))
  const old = parts.slice(first, last + 1)
  const kept = old.filter(part => tokens.includes(part))
  const [behind = '', ...others] = parts.slice(last + 1)
  const isAsWritten =
    old.every(part => part.startsWith('RPort')) &&
    BEFORE_PORTS.test(parts.slice(0, first).join('|')) &&
    BEHIND_PORTS.test(behind) &&
    !others.some(part => WRITTEN_BEFORE.test(part)) &&
    isAscending(kept)
  if (!isAsWritten) return null
  const mark = `|${[parts[first - 1], ...kept].join('|')}|${behind.slice(0, behind.indexOf('=') + 1)}`
  return text.includes(mark) ? null : mark
}

/** Whether single ports come first, then ranges, each by number: the same however Windows may sort them. */
function isAscending(tokens: readonly string[]): boolean {
  const keys = tokens.map(token => {
    const [, range, port] = /^RPort(2_10)?=(\d+)/.exec(token) ?? []
    return Number(port) + (range === undefined ? 0 : 100_000)
  })
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? 0) < key)
}

function portToken(port: string): string {
  return port.includes('-') ? `RPort2_10=${port}` : `RPort=${port}`
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
