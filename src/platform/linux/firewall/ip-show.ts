import type {Command} from '../../../contract/remedy.ts'
import {type CommandLimits, describeResult, type RunCommand, succeeded} from '../../process/command.ts'

/** Lines that one `ip … show` printed; none where it failed, and why. */
export type Reading<T> = {readonly value: T; readonly unreadable: string | null}

type Lines = Reading<string[]>

export type IpListings = {
  readonly addresses: Lines
  readonly links: Lines
  /** Of the main table. */
  readonly routes: {readonly ipv4: Lines; readonly ipv6: Lines}
  /** Of all tables. */
  readonly tables: {readonly ipv4: Lines; readonly ipv6: Lines}
  readonly rules: {readonly ipv4: Lines; readonly ipv6: Lines}
  readonly neighbours: {readonly ipv4: Lines; readonly ipv6: Lines}
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
    const input = objects.map(object => `${object}\n`).join('')
    const result = await run(['ip', option, '-batch', '-'], {...limits, input})
    return succeeded(result) ? linesOf(result.stdout) : null
  }
  const ofFamily = async (option: '-4' | '-6'): Promise<OfFamily> =>
    aroundRules(
      await together(option, ['route show', 'rule show', ALL_TABLES, 'rule show', ALL_NEIGHBOURS]),
    ) ?? oneByOne(option)
  const oneByOne = async (option: '-4' | '-6'): Promise<OfFamily> => {
    const [routes, rules, tables, neighbours] = await Promise.all([
      show('ip', option, 'route', 'show'),
      show('ip', option, 'rule', 'show'),
      show('ip', option, ...ALL_TABLES.split(' ')),
      show('ip', option, ...ALL_NEIGHBOURS.split(' ')),
    ])
    return {routes, rules, tables, neighbours}
  }
  const [interfaces, ipv4, ipv6] = await Promise.all([
    together('-o', ['addr show', 'link show']).then(async lines => {
      if (lines === null)
        return Promise.all([show('ip', '-o', 'addr', 'show'), show('ip', '-o', 'link', 'show')])
      return [
        read(lines.filter(line => !LINK.test(line))),
        read(lines.filter(line => LINK.test(line))),
      ] as const
    }),
    ofFamily('-4'),
    ofFamily('-6'),
  ])
  const [addresses, links] = interfaces
  const both = (listing: keyof OfFamily) => ({ipv4: ipv4[listing], ipv6: ipv6[listing]})
  return {
    addresses,
    links,
    routes: both('routes'),
    tables: both('tables'),
    rules: both('rules'),
    neighbours: both('neighbours'),
  }
}

type OfFamily = {
  readonly routes: Lines
  readonly rules: Lines
  readonly tables: Lines
  readonly neighbours: Lines
}

const ALL_TABLES = 'route show table all'
/** Without `nud all`, those that are never asked for (NOARP) are left out. */
const ALL_NEIGHBOURS = 'neigh show nud all'

/** `2: eth0: <BROADCAST,UP> mtu 1500 …`; an address has no colon behind the interface's name. */
const LINK = /^\d+:\s+\S+:\s/

/** `32766:	from all lookup main`. No route and no neighbour has a tab there. */
const RULE = /^\d+:\t/

/** The listings, as the rules between them divide them; null unless rules come by twice. */
function aroundRules(lines: readonly string[] | null): OfFamily | null {
  if (!lines) return null
  const isRule = (line: string | undefined) => line !== undefined && RULE.test(line)
  const starts = lines.flatMap((line, at) => (isRule(line) && !isRule(lines[at - 1]) ? [at] : []))
  const ends = lines.flatMap((line, at) => (!isRule(line) && isRule(lines[at - 1]) ? [at] : []))
  const [first, second] = starts
  const [firstEnd, secondEnd = lines.length] = ends
  if (first === undefined || second === undefined || firstEnd === undefined) return null
  return {
    routes: read(lines.slice(0, first)),
    rules: read(lines.slice(first, firstEnd)),
    tables: read(lines.slice(firstEnd, second)),
    neighbours: read(lines.slice(secondEnd)),
  }
}

const read = (value: string[]): Lines => ({value, unreadable: null})

const linesOf = (output: string): string[] => output.split('\n').filter(line => line.trim())
