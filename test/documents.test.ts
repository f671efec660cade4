import {existsSync, globSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect, test} from 'vitest'

const ROOT = join(import.meta.dirname, '..')

const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')

const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...readdirSync(join(ROOT, 'docs'), {encoding: 'utf8', recursive: true})
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]

/** Where a page's paths may begin: pages on the judge leave out the folders of the judge. */
const BEGINNINGS = ['', 'src', 'src/firewall', 'src/firewall/evaluate']

/** What a page quotes as code and is a path of this repository: in a folder of it, or a source by its name. */
function pathsIn(page: string): readonly string[] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '')
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].flatMap(([, span = '']) => span.split(/\s+/))
  const inFolders = /^(src|test|scripts|patches|docs|\.github|\.ci)\/[\w.*/-]*$/
  return spans.filter(span => inFolders.test(span) || /^[a-z-]+(\/[a-z-]+)+\.tsx?$/.test(span))
}

/** As GitHub makes anchors of headings. */
const anchorsOf = (page: string) =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  )

test('pages are found', () => {
  expect(PAGES.length).toBeGreaterThan(15)
  expect(PAGES.flatMap(name => pathsIn(read(name))).length).toBeGreaterThan(100)
})

test.each(PAGES)('%s names files and folders that exist', name => {
  const missing = pathsIn(read(name)).filter(path =>
    BEGINNINGS.every(beginning => globSync(join(ROOT, beginning, path)).length === 0),
  )
  expect(missing).toEqual([])
})

test('the drawing of the judge names sources and functions that exist', () => {
  const [drawing = ''] = /^```$[\s\S]*?^```$/m.exec(read('docs/judge.md')) ?? []
  const sources = globSync(join(ROOT, 'src/**/*.ts'))
  const names = [...new Set(drawing.match(/[\w/-]+\.ts\b/g))]
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter(name => !sources.some(source => source.endsWith(`/${name}`)))).toEqual([])
  const text = sources.map(source => readFileSync(source, 'utf8')).join('\n')
  const functions = [...new Set(drawing.match(/\b[a-z]+[A-Z]\w*\b/g))].filter(
    name => name !== 'unknownBecause',
  )
  expect(functions.length).toBeGreaterThan(6)
  expect(
    functions.filter(name => !text.includes(`function ${name}(`) && !text.includes(`function ${name}<`)),
  ).toEqual([])
})

test.each(PAGES)('%s links to pages and headings that exist', name => {
  const links = [...read(name).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  const broken = links.filter(link => {
    if (/^(https?|mailto):/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? name : join(dirname(name), path)
    if (!existsSync(join(ROOT, target))) return true
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
  })
  expect(broken).toEqual([])
})

test('.nvmrc has the version of Node.js that npm ci installs', () => {
  const {devDependencies} = JSON.parse(read('package.json')) as {devDependencies: {node: string}}
  expect(read('.nvmrc')).toBe(`${devDependencies.node}\n`)
})
