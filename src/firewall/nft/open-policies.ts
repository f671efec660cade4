import type {LinuxFirewallState} from '../state.ts'
import {isObject} from './document.ts'

/** The state as it would be captured after every policy of these families was made `accept`, in JSON and text. */
export function withOpenPolicies(state: LinuxFirewallState, families: readonly string[]): LinuxFirewallState {
  const {nftJson, nftText} = state
  return {
    ...state,
    nftJson: nftJson && openInJson(nftJson, families),
    nftText: nftText && openInText(nftText, families),
  }
}

/** What is not the JSON that it should be stays as it is: then it is not what the rules are read from. */
function openInJson(json: string, families: readonly string[]): string {
  try {
    const parsed: unknown = JSON.parse(json)
    if (!isObject(parsed) || !Array.isArray(parsed.nftables)) return json
    return JSON.stringify({nftables: parsed.nftables.map(entry => opened(entry, families))})
  } catch {
    return json
  }
}

function opened(entry: unknown, families: readonly string[]): unknown {
  if (!isObject(entry) || !isObject(entry.chain) || entry.chain.policy !== 'drop') return entry
  if (!families.includes(String(entry.chain.family))) return entry
  return {chain: {...entry.chain, policy: 'accept'}}
}

function openInText(text: string, families: readonly string[]): string {
  let family = ''
  const lines = text.split('\n').map(line => {
    family = /^table (\S+) /.exec(line)?.[1] ?? family
    const isBase = /^\t\ttype \S+ hook /.test(line)
    return isBase && families.includes(family) ? line.replace('policy drop;', 'policy accept;') : line
  })
  return lines.join('\n')
}
