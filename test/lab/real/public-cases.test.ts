import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {compileFirewall} from '../../../src/firewall/compile.ts'
import {PUBLIC_CASES, type PublicAnswer, type PublicCase} from '../../firewall/public/read-cases.ts'
import {judgedBy} from '../../firewall/snippets/judged-by.ts'
import {DESTINATIONS, SNIPPETS} from '../../firewall/snippets/snippets.ts'
import {describeLab} from '../lib/describe-lab.ts'
import type {Argv} from '../lib/host.ts'
import {clearRules, loadRules, withSnippet} from './load-rules.ts'
import {startWorld, type World} from './world.ts'

/** Silence is waited for; what gets through does so however long a busy machine takes. */
const PATIENCE_MS = {allow: 15_000, block: 700} as const

const LOADED = PUBLIC_CASES.filter(({files}) => files.size > 0)

/** Destinations that the lab's own hosts do not have. */
const FURTHER = [
  ...new Set(
    LOADED.flatMap(({answers}) => answers.map(({to}) => to)).filter(to =>
      /^(?:203\.0\.113|100\.64|172\.19)\./.test(to),
    ),
  ),
]

const inWords = ({to, port, uid = 0, gid = uid}: PublicAnswer, what: string | undefined) =>
  `${to} ${port} as ${uid} with ${gid}: ${what}`

describeLab('rule sets of public bug reports, in this kernel', () => {
  let world: World

  beforeAll(async () => {
    world = await startWorld({alsoAnswering: FURTHER})
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  describe.each(LOADED)('$name', one => {
    test('what is said of a live capture, and what the kernel does', async () => {
      await clearRules(world.source)
      await around(world, one, async () => {
        await loadRules(world.source, one)
        const firewall = compileFirewall(await world.capture())
        const answers = one.answers.filter(({uid = 0, gid = uid}) => world.privileges === 'root' || gid === 0)
        const judged = answers.map(answer => inWords(answer, firewall.judge(answer).verdict))
        const measured = await measure(world, answers)
        expect(answers.map((answer, at) => inWords(answer, measured[at]))).toEqual(
          answers.map(answer => inWords(answer, answer.kernel)),
        )
        expect(judged).toEqual(answers.map(answer => inWords(answer, answer.now ?? answer.verdict)))
      })
    })
  })

  test.each(SNIPPETS)('$name: $kernel', async snippet => {
    if (snippet.uid && world.privileges !== 'root') return
    await withSnippet(world.source, snippet, async () => {
      const judged = judgedBy(compileFirewall(await world.capture()), snippet)
      const {uid = 0} = snippet
      const questions = DESTINATIONS.map(({to, port}, at) => ({
        ...{to, port},
        patienceMs: PATIENCE_MS[snippet.kernel[at] === 'a' ? 'allow' : 'block'],
      }))
      const exchanged = await world.exchange({uid, groups: [uid]}, questions)
      expect(exchanged.map(answered => (answered ? 'a' : 'b')).join('')).toBe(snippet.kernel)
      expect(judged).toBe(snippet.judged?.[0] ?? snippet.kernel)
    })
  })
})

/** All connections of one user at once, so that silence is waited for once. */
async function measure(world: World, answers: readonly PublicAnswer[]): Promise<('allow' | 'block')[]> {
  const found = new Map<PublicAnswer, boolean>()
  for (const mine of Map.groupBy(answers, ({uid = 0, gid = uid}) => JSON.stringify([uid, gid])).values()) {
    const [{uid = 0, gid = uid} = {}] = mine
    const questions = mine.map(({to, port, kernel = 'block'}) => ({
      to,
      port,
      patienceMs: PATIENCE_MS[kernel],
    }))
    const exchanged = await world.exchange({uid, groups: [gid].flat()}, questions)
    for (const [at, answer] of mine.entries()) found.set(answer, exchanged[at] ?? false)
  }
  return answers.map(answer => (found.get(answer) ? 'allow' : 'block'))
}

async function around(
  {source}: World,
  {links = [], queue}: PublicCase,
  run: () => Promise<void>,
): Promise<void> {
  for (const name of links) await source.must(['ip', 'link', 'add', name, 'type', 'veth'])
  const reader = queue && (await source.startServer(queueReader(queue), /ready/))
  try {
    await run()
  } finally {
    for (const name of links) await source.must(['ip', 'link', 'delete', name])
    reader?.kill()
    await reader?.ended
  }
}

/** It ends with its standard input, which is kept open here. */
function queueReader([verdict, number]: readonly [string, string]): Argv {
  const program = join(import.meta.dirname, '../lib/queue-reader.py')
  return ['bash', '-c', 'exec python3 "$@" < <(exec tail -f /dev/null)', 'reader', program, verdict, number]
}
