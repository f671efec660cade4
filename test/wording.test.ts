import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Command} from 'commander'
import {type Node, SyntaxKind} from 'typescript/unstable/ast'
import {API} from 'typescript/unstable/sync'
import {describe, expect, test} from 'vitest'
import {createProgram} from '../src/commands/program.ts'

/** What a reader of the program, its help and its pages sees, and where. */
type Passage = {readonly where: string; readonly text: string}

const ROOT = join(import.meta.dirname, '..')

/** Words that say little or are not the ones used elsewhere for the thing, and what to write instead. */
const AVOIDED: readonly (readonly [RegExp, instead: string])[] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\b(take|takes|taking|taken|took)\b[^.;:,]{0,30}?\bback\b/i, 'revert'],
  [/\b(anew|afresh)\b/i, 'again, over'],
  [/\bstands?\b/i, 'is, is in place'],
  [/\bended\b/i, 'finished, failed with exit code, was interrupted'],
  [/\b(hold|holds|held|holding)\b/i, 'contain, keep, block, test'],
  [/\b(tell|tells|told|telling) of\b/i, 'report, name'],
  [/\blies\b/i, 'is'],
  [/\b(whoever|whomever)\b/i, 'the owner, who'],
  [/\blikewise\b/i, 'same for'],
  [/\bby (itself|themselves)\b/i, 'separately, on its own'],
  [/\bways? out\b/i, 'path, route'],
  [/\bin order\b/i, 'OK, valid, in this order'],
  [/\bnobody keeps\b/i, 'no service restores'],
  [/\bat work\b/i, 'running, active'],
  [/\boutliv(e|es|ed|ing)\b/i, 'survive'],
  [/\b(go|goes|going|went) on\b/i, 'continue'],
  [/\bunattended\b/i, 'non-interactively'],
  [/\bdeliberate\b/i, 'intentional'],
  [/(?<!\bthere )\bis no (?!longer\b)/i, 'is not a'],
  [
    /\b(neighbour|colour|behaviour|favour|honour|licence|cancelled|catalogue)\w*|\b\w+ise[ds]?\b(?<=(initial|recogn|organ|author|summar|minim|maxim)ise[ds]?)/i,
    'US spelling',
  ],
]

/** The program and its user's pages have one word for it; pages for developers also name the type and the folder. */
const AVOIDED_FOR_USERS: typeof AVOIDED = [
  [/\bremed(y|ies)\b/i, 'change, fix'],
  [/\brepair(s|ed|ing)?\b/i, 'fix'],
]

const FOR_USERS = [...AVOIDED, ...AVOIDED_FOR_USERS]

/** Texts with such a word that are right as they are. */
const ALLOWED: readonly (readonly [where: RegExp, text: RegExp, why: string])[] = [
  [/^src\/firewall\/plan\/boot\/program-/, /\(\) \{/, 'a program of the shell'],
  [/^src\/firewall\/plan\/(boot|grammar)\//, /^remedy …$/, 'a word of a file format'],
  [/^src\/firewall\/plan\/grammar\//, /name=neighbour-/, "a name of firewalld's"],
  [/^src\/checks\/os\//, /^AWS ended support/, 'support does end'],
  [/^src\/screens\//, /^Repair(ing| plan| finished\.?)?$/, 'a title'],
]

/** Names in code, JSON and commands are no prose. */
function withoutCode(text: string): string {
  return text.replace(/`[^`]*`/g, '``').replace(/\]\([^)]*\)/g, ']')
}

function complaints(passages: readonly Passage[], words = AVOIDED): readonly string[] {
  return passages.flatMap(({where, text}) => {
    if (ALLOWED.some(([place, allowed]) => place.test(where) && allowed.test(text))) return []
    const prose = withoutCode(text)
    return words.flatMap(([word, instead]) => {
      const found = word.exec(prose)
      return found === null
        ? []
        : [`${where}: "${found[0].trim()}" in "${excerpt(prose, found.index)}"; write: ${instead}`]
    })
  })
}

function excerpt(text: string, at: number): string {
  return text
    .slice(Math.max(0, at - 40), at + 60)
    .replace(/\s+/g, ' ')
    .trim()
}

/** The strings and templates of src, a template as its fixed parts; not comments, modules' names and types. */
function literals(): readonly Passage[] {
  const api = new API({cwd: ROOT})
  try {
    const {program} = api.updateSnapshot({openProject: join(ROOT, 'tsconfig.json')}).getProjects()[0] ?? {}
    if (program === undefined) throw new Error('tsconfig.json is not a project')
    const files = program.getSourceFileNames().filter(name => name.startsWith(join(ROOT, 'src/')))
    return files.flatMap(name => {
      const file = program.getSourceFile(name)
      if (file === undefined) return []
      const found: Passage[] = []
      const visit = (node: Node): void => {
        const text = textOf(node)
        // A single word of small letters is a name: of a code, a screen, a command.
        if (text !== null && !/^[a-z0-9_./:@-]*$/.test(text)) {
          const line = file.text.slice(0, node.end).split('\n').length
          found.push({where: `${name.slice(ROOT.length + 1)}:${line}`, text})
        }
        if (!NOT_SHOWN.has(node.kind)) node.forEachChild(visit)
      }
      visit(file)
      return found
    })
  } finally {
    api.close()
  }
}

const NOT_SHOWN = new Set([
  SyntaxKind.ImportDeclaration,
  SyntaxKind.ExportDeclaration,
  SyntaxKind.LiteralType,
])

function textOf(node: Node): string | null {
  switch (node.kind) {
    case SyntaxKind.StringLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.JsxText:
      return 'text' in node && typeof node.text === 'string' ? node.text : null
    case SyntaxKind.TemplateExpression:
      return node
        .getText()
        .slice(1, -1)
        .replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '…')
    default:
      return null
  }
}

/** Paragraphs, list items and table rows outside of code blocks; of the changelog only what is not yet released. */
function page(name: string): readonly Passage[] {
  const whole = readFileSync(join(ROOT, name), 'utf8').replace(/^(```|~~~)[\s\S]*?^\1$/gm, '')
  const shown =
    name === 'CHANGELOG.md'
      ? (/^## \[Unreleased\]$([\s\S]*?)(?=^## |\n*$(?![\s\S]))/m.exec(whole)?.[1] ?? '')
      : whole
  return shown.split(/\n\s*\n|\n(?=\s*[*-] |\|)/).map(text => ({where: name, text}))
}

function help(command: Command): readonly Passage[] {
  return [
    {where: `${command.name()} --help`, text: command.helpInformation()},
    ...command.commands.flatMap(each => help(each as Command)),
  ]
}

describe('the words of', () => {
  test('every string of src', () => {
    const found = literals()
    expect(found.length).toBeGreaterThan(2_000)
    expect(complaints(found, FOR_USERS)).toEqual([])
  })

  test.each(['README.md', 'CHANGELOG.md'])('%s', name => {
    const found = page(name)
    expect(found.length).toBeGreaterThan(20)
    expect(complaints(found, FOR_USERS)).toEqual([])
  })

  test.each([
    'SECURITY.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(ROOT, 'docs'), {encoding: 'utf8', recursive: true})
      .filter(name => name.endsWith('.md'))
      .map(name => `docs/${name}`),
  ])('%s', name => {
    const found = page(name)
    expect(found.length).toBeGreaterThan(3)
    expect(complaints(found)).toEqual([])
  })

  test('every --help', () => {
    expect(complaints(help(createProgram({}, () => {})), FOR_USERS)).toEqual([])
  })
})

test.each([
  ['It can be mended.', 'mended'],
  ['The fix was taken back at once.', 'taken back'],
  ['3 targets, each in order', 'in order'],
  ['`x` is no CIDR', 'is no'],
  ['The file holds no certificate.', 'holds'],
  ['ufw: the IPv6 neighbour cache', 'neighbour'],
])('%s is complained about', (text, word) => {
  expect(complaints([{where: 'here', text}])).toEqual([expect.stringContaining(`"${word}"`)])
})

test.each([
  'There is no route to the host.',
  '`remedies` and `mend()` are names.',
  'It is no longer needed.',
])('%s is not complained about', text => expect(complaints([{where: 'here', text}])).toEqual([]))
