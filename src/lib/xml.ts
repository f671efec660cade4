import {printable} from './printable.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

export type Attributes = Readonly<Record<string, string | number | null>>

/** An XML 1.0 element. Characters that XML forbids, even as references, appear as `\u{1b}`. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${attribute(String(value))}"`)
    .join('')
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`
}

/** Character data. */
export function text(value: string): string {
  return printable(value).replace(/[&<>]/g, character => ENTITIES[character] ?? character)
}

/** A line feed in an attribute would be read back as a space, so it is written as a reference. */
function attribute(value: string): string {
  return printable(value).replace(/[&<>"\n]/g, character => ENTITIES[character] ?? character)
}
