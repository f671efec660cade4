import {readdirSync, readFileSync} from 'node:fs'
import {dirname, join, relative} from 'node:path'
import {describe, expect, test} from 'vitest'
import {CHECK_IDS} from '../src/contract/checks.ts'
import {ENGINES} from '../src/contract/engines.ts'
import {PROJECT} from './lab/lib/paths.ts'

/** The folders of `src`, the lowest first: each imports from itself and from those before it. */
const FLOORS = [
  'lib',
  'contract',
  'aws',
  'diagnose',
  'firewall',
  'platform',
  'options',
  'checks',
  'engine',
  'repair',
  'report',
  'screens',
  'commands',
  '',
]

/** Found by the tools that start them, not by an import. */
const ENTRY_POINTS = ['src/cli.ts', 'src/index.ts', 'src/one-file.ts']

type Import = {readonly to: string; readonly names: readonly string[]; readonly isType: boolean}

type Source = {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly exports: readonly string[]
}

const FROM = /^(?:import|export) (type )?([^;'"]*?) ?from '(\.[^']+)'/gm
const DYNAMIC = /(?:const \{([^}]*)\} = await )?\bimport\('(\.[^']+)'\)/g
const EXPORTED = /^export (?:async )?(?:const|function\*?|class) (\w+)/gm

/** Imports as the formatter writes them. */
function read(path: string): Source {
  const text = readFileSync(join(PROJECT, path), 'utf8')
  const target = (specifier: string) => join(dirname(path), specifier)
  const names = (clause: string) =>
    [...clause.matchAll(/(\w+)(?: as \w+)?(?=[,}\s]|$)/g)].map(([, name = '']) => name)
  const fixed = [...text.matchAll(FROM)].map(
    ([, type, clause = '', specifier = '']): Import => ({
      to: target(specifier),
      names: clause.startsWith('*') ? ['*'] : names(clause),
      isType: type !== undefined || /^\{(\s*type \w+( as \w+)?,?)+\s*\}$/.test(clause),
    }),
  )
  const dynamic = [...text.matchAll(DYNAMIC)].map(
    ([, clause, specifier = '']): Import => ({
      to: target(specifier),
      names: clause === undefined ? ['*'] : names(clause),
      isType: false,
    }),
  )
  return {
    path,
    text,
    imports: [...fixed, ...dynamic],
    exports: [...text.matchAll(EXPORTED)].map(([, name = '']) => name),
  }
}

const sourcesIn = (folder: string): readonly Source[] =>
  readdirSync(join(PROJECT, folder), {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(({parentPath, name}) => read(relative(PROJECT, join(parentPath, name))))

const SOURCES = sourcesIn('src')
const TESTS = sourcesIn('test')
const byPath = new Map(SOURCES.map(source => [source.path, source]))

const floorOf = (path: string): number => {
  // It is one folder below package.json, in the sources as in what is built, and imports nothing.
  if (path === 'src/version.ts') return 0
  const [, folder = '', ...rest] = path.split('/')
  return FLOORS.indexOf(rest.length === 0 ? '' : folder)
}

/** Paths that lead back to where they began, each once, by imports that hold when the program runs. */
function circles(): readonly string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at !== -1) found.add([...trail.slice(at), path].join(' > '))
    if (at !== -1 || done.has(path)) return
    for (const {to, isType} of byPath.get(path)?.imports ?? []) if (!isType) walk(to, [...trail, path])
    done.add(path)
  }
  for (const {path} of SOURCES) walk(path, [])
  return [...found]
}

describe('the house', () => {
  test('every folder has its floor', () => {
    expect(SOURCES.length).toBeGreaterThan(300)
    expect(SOURCES.filter(({path}) => floorOf(path) === -1).map(({path}) => path)).toEqual([])
  })

  test('imports lead down', () => {
    const up = SOURCES.flatMap(({path, imports}) =>
      imports.filter(({to}) => floorOf(to) > floorOf(path)).map(({to}) => `${path} > ${to}`),
    )
    expect(up).toEqual([])
  })

  test('imports lead to files', () => {
    const lost = SOURCES.flatMap(({path, imports}) =>
      imports.filter(({to}) => !byPath.has(to)).map(({to}) => `${path} > ${to}`),
    )
    expect(lost).toEqual([])
  })

  test('no imports go round in a circle', () => {
    expect(circles()).toEqual([])
  })

  test('every file is imported, and every function, class and constant that is exported', () => {
    const imported = [...SOURCES, ...TESTS].flatMap(({path, imports}) =>
      imports.filter(({to}) => to !== path),
    )
    const reached = new Set(SOURCES.flatMap(({imports}) => imports.map(({to}) => to)))
    const unreached = SOURCES.filter(({path}) => !reached.has(path) && !ENTRY_POINTS.includes(path))
    expect(unreached.map(({path}) => path)).toEqual([])
    const used = new Set(imported.flatMap(({to, names}) => names.map(name => `${to} ${name}`)))
    const dead = SOURCES.filter(({path}) => !ENTRY_POINTS.includes(path)).flatMap(({path, exports}) =>
      exports
        .filter(name => !used.has(`${path} ${name}`) && !used.has(`${path} *`))
        .map(name => `${path} ${name}`),
    )
    expect(dead).toEqual([])
  })

  test('checks and rule engines are listed once', () => {
    const mentions = (text: string, words: readonly string[]) =>
      words.filter(word => text.includes(`'${word}'`)).length
    const lists = SOURCES.filter(
      ({path, text}) =>
        (!path.startsWith('src/checks/') && mentions(text, CHECK_IDS) > 2) || mentions(text, ENGINES) > 3,
    )
    expect(lists.map(({path}) => path).sort()).toEqual([
      'src/contract/checks.ts',
      'src/contract/engines.ts',
      // One planner for each.
      'src/firewall/plan/planners.ts',
    ])
  })
})
