import {splitRule} from '../windows/fields.ts'

/**
 * A rule of Windows Firewall as lines `Name=Value`, sorted, so that two texts of one rule can be compared whatever the
 * order and the case in which they name their fields.
 * @param other another text of the rule; its spelling of a field's name is taken where this one's is in lower case
 */
export function ruleFieldLines(text: string, other: string = ''): readonly string[] {
  const spelling = new Map(
    [...namesIn(text), ...namesIn(other)]
      .toSorted((a, b) => Number(a === a.toLowerCase()) - Number(b === b.toLowerCase()))
      .toReversed()
      .map(name => [name.toLowerCase(), name]),
  )
  return splitRule(text)
    .fields.map(({name, value}) => `${spelling.get(name) ?? name}=${value}`)
    .toSorted()
}

function namesIn(text: string): readonly string[] {
  return text.split('|').flatMap(part => /^([^=]+)=/.exec(part)?.[1] ?? [])
}
