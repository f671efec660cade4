import type {Command} from '../../../contract/remedy.ts'
import {type CommandLimits, describeResult, type RunCommand, succeeded} from '../../command.ts'

/** Lines that one `ip … show` printed; none where it failed, and why. */
export type Reading<T> = {readonly value: T; readonly unreadable: string | null}

type Lines = Reading<string[]>

export type IpListings = {
  readonly addresses: Lines
  readonly links: Lines
  readonly routes: {readonly ipv4: Lines; readonly ipv6: Lines}
  readonly rules: {readonly ipv4: Lines; readonly ipv6: Lines}
  /** IPv6 neighbours. */
  readonly neighbours: Lines
}

/**
 * What ip(8) lists of this host's network. Starting a process costs more than all that it does here, so ip is asked for
 * several listings at once; one by one where its `-batch` cannot be had (BusyBox), or one of them fails.
 */
export async function readIpListings(run: RunCommand, limits: CommandLimits): Promise<IpListings> {
  const show = async (...command: Command): Promise<Lines> => {
    const result = await run(command, limits)
    return succeeded(result)
      ? {value: linesOf(result.stdout), unreadable: null}
      : {value: [], unreadable: describeResult(command, result)}
  }
  const together = async (option: string, objects: readonly string[]): Promise<readonly string[] | null> => {
    const input = objects.map(object => `${object} show\n`).join('')
    const result = await run(['ip', option, '-batch', '-'], {...limits, input})
    return succeeded(result) ? linesOf(result.stdout) : null
  }
  const [interfaces, ipv4, ipv6] = await Promise.all([
    together('-o', ['addr', 'link']).then(async lines => {
      if (lines === null)
        return Promise.all([show('ip', '-o', 'addr', 'show'), show('ip', '-o', 'link', 'show')])
      return [
        read(lines.filter(line => !LINK.test(line))),
        read(lines.filter(line => LINK.test(line))),
      ] as const
    }),
    together('-4', ['route', 'rule']).then(
      async lines =>
        aroundRules(lines) ?? Promise.all([show('ip', 'route', 'show'), show('ip', 'rule', 'show')]),
    ),
    together('-6', ['route', 'rule', 'neigh']).then(
      async lines =>
        aroundRules(lines) ??
        Promise.all([
          show('ip', '-6', 'route', 'show'),
          show('ip', '-6', 'rule', 'show'),
          show('ip', '-6', 'neigh', 'show'),
        ]),
    ),
  ])
  const [addresses, links] = interfaces
  const [routes4, rules4] = ipv4
  const [routes6, rules6, neighbours = read([])] = ipv6
  return {
    addresses,
    links,
    routes: {ipv4: routes4, ipv6: routes6},
    rules: {ipv4: rules4, ipv6: rules6},
    neighbours,
  }
}

/** `2: eth0: <BROADCAST,UP> mtu 1500 …`; an address has no colon behind the interface's name. */
const LINK = /^\d+:\s+\S+:\s/

/** `32766:	from all lookup main`. No route and no neighbour has a tab there. */
const RULE = /^\d+:\t/

/** Routes, rules and neighbours, as the rules between them divide them; null without any rule. */
function aroundRules(lines: readonly string[] | null): readonly [Lines, Lines, Lines] | null {
  const first = lines?.findIndex(line => RULE.test(line)) ?? -1
  if (!lines || first < 0) return null
  const after = lines.findLastIndex(line => RULE.test(line)) + 1
  return [read(lines.slice(0, first)), read(lines.slice(first, after)), read(lines.slice(after))]
}

const read = (value: string[]): Lines => ({value, unreadable: null})

const linesOf = (output: string): string[] => output.split('\n').filter(line => line.trim())
