import type {LinuxFirewallState} from '../state.ts'
import {isObject} from './document.ts'

/** The state as it would be captured after the table was removed, in the JSON and in the text. */
export function withoutNftTable(state: LinuxFirewallState, family: string, name: string): LinuxFirewallState {
  const {nftJson, nftText} = state
  return {
    ...state,
    nftJson: nftJson && removeFromJson(nftJson, family, name),
    nftText: nftText && removeFromText(nftText, family, name),
  }
}

/** What is not the JSON that it should be stays as it is: then it is not what the rules are read from. */
function removeFromJson(json: string, family: string, name: string): string {
  try {
    const parsed: unknown = JSON.parse(json)
    if (!isObject(parsed) || !Array.isArray(parsed.nftables)) return json
    return JSON.stringify({nftables: parsed.nftables.filter(entry => !isPartOf(entry, family, name))})
  } catch {
    return json
  }
}

function isPartOf(entry: unknown, family: string, name: string): boolean {
  if (!isObject(entry)) return false
  return Object.entries(entry).some(
    ([kind, body]) =>
      isObject(body) && body.family === family && (kind === 'table' ? body.name : body.table) === name,
  )
}

function removeFromText(text: string, family: string, name: string): string {
  const lines = text.split('\n')
  const start = lines.findIndex(line => line.startsWith(`table ${family} ${name} {`))
  const end = lines.findIndex((line, index) => index > start && line === '}')
  return start < 0 || end < 0 ? text : lines.toSpliced(start, end - start + 1).join('\n')
}
