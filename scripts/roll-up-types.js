// Makes one file, dist/index.d.ts, of the declarations that tsc has written to dist/types and that the programmatic
// interface needs. Types that zod infers are written out, so that nobody who uses them needs zod.
//
// TypeScript 7 has no stable API; its `unstable` one reads syntax trees and prints types, which is all that is done here.
import {readFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {SyntaxKind} from 'typescript/unstable/ast'
import {API} from 'typescript/unstable/sync'

const ROOT = join(import.meta.dirname, '..')
const TYPES = join(ROOT, 'dist/types')
const ENTRY = join(TYPES, 'index.d.ts')
/** TypeFormatFlags of the compiler: NoTruncation, InTypeAlias. */
const WHOLE = 1 | (1 << 23)
/** SymbolFlags of the compiler. */
const OPTIONAL = 1 << 24

const api = new API({cwd: ROOT})
const {program, checker} = api
  .updateSnapshot({openProject: join(ROOT, 'tsconfig.build.json')})
  .getProjects()[0]
const declarations = api.updateSnapshot({openProject: await projectOfDeclarations()}).getProjects()[0].program

/** Of each file: what it declares, and where the names that it imports or passes on come from. */
const scopes = new Map()

/** Name in the rolled-up file to the place that it is declared in, so that two of one name are noticed. */
const taken = new Map()
const printed = []

const exported = [...scopeOf(ENTRY).passedOn].map(([name, {path, from}]) => {
  reach(path, from)
  return name === from ? name : `${from} as ${name}`
})
const header = leadingComment(readFileSync(ENTRY, 'utf8'))
const whole = [header, ...printed, `export {${exported.sort().join(', ')}}`].filter(part => part !== '')
await writeFile(join(ROOT, 'dist/index.d.ts'), `${whole.join('\n\n')}\n`)
api.close()
await rm(TYPES, {recursive: true})

/** What tsc has written, as a project of its own. */
async function projectOfDeclarations() {
  const config = join(TYPES, 'tsconfig.json')
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    noEmit: true,
    types: ['node'],
    allowImportingTsExtensions: true,
  }
  await writeFile(config, JSON.stringify({compilerOptions, files: ['index.d.ts']}))
  return config
}

function scopeOf(path) {
  const known = scopes.get(path)
  if (known) return known
  const file = declarations.getSourceFile(path)
  if (file === undefined) throw new Error(`${path} is not there`)
  const scope = {file, declared: new Map(), imported: new Map(), passedOn: new Map()}
  scopes.set(path, scope)
  for (const statement of file.statements) {
    const at = statement.moduleSpecifier && resolve(path, statement.moduleSpecifier.text)
    if (statement.kind === SyntaxKind.ImportDeclaration) {
      for (const {name, propertyName} of statement.importClause?.namedBindings?.elements ?? [])
        scope.imported.set(name.text, {path: at, from: (propertyName ?? name).text})
    } else if (statement.kind === SyntaxKind.ExportDeclaration) {
      for (const {name, propertyName} of statement.exportClause?.elements ?? [])
        scope.passedOn.set(name.text, {path: at ?? path, from: (propertyName ?? name).text})
    } else for (const name of namesOf(statement)) scope.declared.set(name, statement)
    if (path === ENTRY && isExported(statement))
      for (const name of namesOf(statement)) scope.passedOn.set(name, {path, from: name})
  }
  return scope
}

function resolve(from, specifier) {
  return specifier.startsWith('.') ? join(dirname(from), specifier.replace(/\.tsx?$/, '.d.ts')) : null
}

function isExported({modifiers = []}) {
  return [...modifiers].some(({kind}) => kind === SyntaxKind.ExportKeyword)
}

function namesOf(statement) {
  if (statement.kind === SyntaxKind.VariableStatement)
    return statement.declarationList.declarations.map(({name}) => name.text)
  return statement.name ? [statement.name.text] : []
}

/** Prints the declaration of a name, after those that it needs. */
function reach(path, name) {
  const {file, declared, imported, passedOn} = scopeOf(path)
  const elsewhere = declared.has(name) ? undefined : (imported.get(name) ?? passedOn.get(name))
  if (elsewhere?.path) {
    if (elsewhere.from !== name) throw new Error(`${path} renames ${elsewhere.from}: not supported`)
    reach(elsewhere.path, elsewhere.from)
    return
  }
  const statement = declared.get(name)
  if (statement === undefined) return
  const place = `${path} ${statement.pos}`
  const other = taken.get(name)
  if (other === place) return
  if (other !== undefined) throw new Error(`${name} is declared twice: ${other}, ${place}`)
  for (const each of namesOf(statement)) taken.set(each, place)
  if (isInferred(statement)) {
    printed.push(
      `${leadingComment(textOf(file, statement))}\ntype ${name} = ${writtenOut(path, name)}`.trim(),
    )
    return
  }
  for (const needed of identifiersIn(statement)) if (needed !== name) reach(path, needed)
  printed.push(textOf(file, statement).replace(/^export (?=declare |type |interface )/m, ''))
}

function textOf({text}, {pos, end}) {
  return text.slice(pos, end).trim()
}

function leadingComment(text) {
  return /^\s*(\/\*\*[\s\S]*?\*\/)/.exec(text)?.[1] ?? ''
}

function identifiersIn(node, found = new Set()) {
  if (node.kind === SyntaxKind.Identifier) found.add(node.text)
  node.forEachChild(child => {
    identifiersIn(child, found)
  })
  return found
}

function isInferred({kind, type}) {
  return kind === SyntaxKind.TypeAliasDeclaration && /^z\.infer\b/.test(type.getText().trim())
}

/** The type that zod infers, member by member, with the comments of the schema. */
function writtenOut(path, name) {
  const source = join(ROOT, 'src', relative(TYPES, path).replace(/\.d\.ts$/, '.ts'))
  const module = checker.getSymbolAtLocation(program.getSourceFile(source))
  const symbol = checker.getExportsOfModule(module).find(each => each.name === name)
  if (symbol === undefined) throw new Error(`${source} does not export ${name}`)
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  return (type.getTypes?.() ?? [type]).map(membersOf).join(' | ')
}

function membersOf(type) {
  const members = checker.getPropertiesOfType(type).map(property => {
    const comment = property.getDocumentationComment(checker)
    const printedType = checker.typeToString(checker.getTypeOfSymbol(property), undefined, WHOLE)
    const doc = comment === '' ? '' : `    /** ${comment.replaceAll('\n', ' ')} */\n`
    return `${doc}    ${property.name}${property.flags & OPTIONAL ? '?' : ''}: ${printedType};`
  })
  const others = checker
    .getIndexInfosOfType(type)
    .map(({valueType}) => `    [name: string]: ${checker.typeToString(valueType, undefined, WHOLE)};`)
  return `{\n${[...members, ...others].join('\n')}\n}`
}
