import type {DirectRule, Firewalld, FirewalldPolicy} from '../../../firewall/state/managers.ts'
import {describeResult, type RunCommand, succeeded} from '../../process/command.ts'

/**
 * Asks firewalld what is in effect; null where it does not say.
 *
 * @param tell why it does not, as a clause
 */
export async function readFirewalld(
  run: RunCommand,
  tell: (why: string) => void = () => undefined,
): Promise<Firewalld | null> {
  const slow: string[] = []
  const ask = async (...args: string[]): Promise<string | null> => {
    const command = ['firewall-cmd', ...args] as const
    const result = await run(command)
    if (result.kind === 'timed-out') slow.push(describeResult(command, result))
    return succeeded(result) ? result.stdout : null
  }
  const [rules, passthroughs, policies, permanent, panic] = await Promise.all([
    ask('--direct', '--get-all-rules'),
    ask('--direct', '--get-all-passthroughs'),
    // Unknown to firewalld before 0.9.
    ask('--list-all-policies'),
    ask('--permanent', '--get-policies'),
    // "no" is exit code 1.
    ask('--query-panic'),
  ])
  if (slow.length > 0 || rules === null) {
    tell(slow[0] ?? 'firewalld does not answer')
    return null
  }
  const written = new Set((permanent ?? '').split(/\s+/))
  return {
    policies: parsePolicies(policies ?? '').map(policy => ({...policy, permanent: written.has(policy.name)})),
    directRules: [...parseDirectRules(rules), ...parsePassthroughs(passthroughs ?? '')],
    panic: panic !== null,
  }
}

/** Reads `firewall-cmd --list-all-policies`: a line `NAME` or `NAME (active)`, and indented lines for each policy. */
export function parsePolicies(text: string): Omit<FirewalldPolicy, 'permanent'>[] {
  const policies: {name: string; priorities: number[]}[] = []
  for (const line of text.split('\n')) {
    const name = /^(\S+)(?: \(active\))?\s*$/.exec(line)?.[1]
    if (name !== undefined) policies.push({name, priorities: []})
    if (/^\s+rule /.test(line))
      policies.at(-1)?.priorities.push(Number(/ priority="(-?\d+)"/.exec(line)?.[1] ?? 0))
  }
  return policies
}

const FAMILIES: Readonly<Record<string, DirectRule['family']>> = {ipv4: 'ip', ipv6: 'ip6'}

/** Reads `firewall-cmd --direct --get-all-rules`: `ipv4 filter OUTPUT 0 -p tcp --dport 443 -j DROP`. */
export function parseDirectRules(text: string): DirectRule[] {
  return text.split('\n').flatMap(line => {
    const match = /^(ipv4|ipv6) (\S+) (\S+) (-?\d+) /.exec(line)
    const family = FAMILIES[match?.[1] ?? '']
    if (!match?.[2] || !match[3] || !family) return []
    return [{family, table: match[2], chain: match[3], priority: Number(match[4])}]
  })
}

/**
 * Reads `firewall-cmd --direct --get-all-passthroughs`: `ipv4 -t raw -A OUTPUT -p tcp -j DROP`. They come after all
 * rules.
 */
export function parsePassthroughs(text: string): DirectRule[] {
  return text.split('\n').flatMap(line => {
    const family = FAMILIES[/^\S+/.exec(line)?.[0] ?? '']
    const chain = / (?:-A|-I|--append|--insert) (\S+)/.exec(line)?.[1]
    if (!family || chain === undefined) return []
    return [{family, table: / (?:-t|--table) (\S+)/.exec(line)?.[1] ?? 'filter', chain, priority: 0}]
  })
}
