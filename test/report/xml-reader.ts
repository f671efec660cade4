export type XmlElement = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const NAME = '[A-Za-z_][\\w.-]*'
const ENTITIES: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"}

/**
 * Reads the part of XML 1.0 that a report uses (declaration, elements, attributes, character data, references) and
 * throws at everything else: an unescaped `<` or `&`, a forbidden character, a tag that does not match, text after
 * the root.
 */
export function readXml(xml: string): XmlElement {
  const forbidden = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.exec(xml)
  if (forbidden) throw new Error(`forbidden character at ${forbidden.index}`)
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
  if (!xml.startsWith(declaration)) throw new Error('no XML declaration')
  let at = declaration.length

  const take = (pattern: string): RegExpExecArray | null => {
    const sticky = new RegExp(pattern, 'uy')
    sticky.lastIndex = at
    const match = sticky.exec(xml)
    if (match) at = sticky.lastIndex
    return match
  }

  const element = (): XmlElement => {
    const [, name = ''] = take(`<(${NAME})`) ?? fail('an element')
    const attributes: Record<string, string> = {}
    for (let match = take(`\\s+(${NAME})="([^"<]*)"`); match; match = take(`\\s+(${NAME})="([^"<]*)"`)) {
      const [, key = '', value = ''] = match
      if (key in attributes) throw new Error(`attribute ${key} twice at ${at}`)
      attributes[key] = decode(value)
    }
    if (take('\\s*/>')) return {name, attributes, children: [], text: ''}
    take('\\s*>') ?? fail('the end of a tag')
    const children: XmlElement[] = []
    let text = ''
    while (!take(`</${name}\\s*>`)) {
      const data = take('[^<]+')
      if (data) text += decode(data[0])
      else children.push(element())
    }
    return {name, attributes, children, text}
  }

  const decode = (raw: string): string =>
    raw.replace(/&([^;]*);|&|\]\]>/g, (match, reference: string | undefined) => {
      const number = /^#(\d+)$/.exec(reference ?? '')?.[1]
      const character = number ? String.fromCodePoint(Number(number)) : ENTITIES[reference ?? '']
      return character ?? fail(`a reference instead of ${match}`)
    })

  const fail = (wanted: string): never => {
    throw new Error(`expected ${wanted} at ${at}: ${JSON.stringify(xml.slice(at, at + 40))}`)
  }

  const root = element()
  if (xml.slice(at) !== '\n') fail('the end of the document')
  return root
}
