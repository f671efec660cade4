import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {capture, readSurroundings} from '../../lab/fuzz/capture.ts'
import {serveEcho} from '../../lab/fuzz/echo.ts'
import {measure, ProberProcess} from '../../lab/fuzz/probe.ts'
import {buildWorld, DESTINATIONS, OWN_ADDRESSES} from '../../lab/fuzz/world.ts'
import {AROUND, SINGLE_RULES, VERDICTS} from './single-rules.ts'

/**
 * Loads each rule set of `rulesets/` into a network namespace of its own, captures it and writes down what becomes of
 * real connections: `node test/firewall/nft/record.ts`, as root.
 */
if (process.env.DRS_RECORD_INSIDE === undefined) {
  const {status} = spawnSync('unshare', ['--net', process.execPath, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: {...process.env, DRS_RECORD_INSIDE: '1'},
  })
  process.exit(status ?? 1)
}

const LONG_ENOUGH_MS = 1300
const directory = import.meta.dirname
const peer = await buildWorld()
await serveEcho(OWN_ADDRESSES)
const other = await ProberProcess.start(1000, [1000])
const surroundings = await readSurroundings()
mkdirSync(join(directory, 'fixtures'), {recursive: true})

for (const file of readdirSync(join(directory, 'rulesets'))) {
  load(readFileSync(join(directory, 'rulesets', file), 'utf8'))
  const state = {...capture(surroundings), nftJson: listJson()}
  write(file.replace(/\.nft$/, '.json'), {state, measured: await measureAll([443, 1500, 80])})
}

const singles = []
for (const [hook, priority, rule] of SINGLE_RULES) {
  const around = /@(?!th)|jump|goto/.test(rule) ? AROUND : ''
  const elements = rule.includes('@verdicts') ? VERDICTS : ''
  const chain = `chain c { type filter hook ${hook} priority ${priority}; policy accept; }`
  load(`table inet t {${around} ${chain}\n}\n${elements}add rule inet t c ${rule}\n`)
  const {nftText} = capture(surroundings)
  singles.push({
    hook,
    priority,
    rule,
    nftText,
    nftJson: listJson(),
    seen: inLetters(await measureAll([443, 1500])),
  })
}
const {nftText: _, ...state} = capture(surroundings)
write('single-rules.json', {state, probes: probesTo([443, 1500]), singles})
other.stop()
peer.kill()
process.exit(0)

function load(script: string): void {
  execFileSync('nft', ['flush', 'ruleset'])
  execFileSync('nft', ['-f', '-'], {input: script, stdio: ['pipe', 'inherit', 'inherit']})
}

function listJson(): string {
  return execFileSync('nft', ['-j', 'list', 'ruleset'], {encoding: 'utf8'})
}

function probesTo(ports: readonly number[]) {
  return [...DESTINATIONS[4], ...DESTINATIONS[6]].flatMap(to =>
    ports.flatMap(port => [0, 1000].map(uid => ({to, port, uid}))),
  )
}

function measureAll(ports: readonly number[]) {
  return Promise.all(
    probesTo(ports).map(async probe => {
      const asked = {...probe, protocol: 'tcp'} as const
      const {exchanged, connected} = await (probe.uid === 0
        ? measure(asked, LONG_ENOUGH_MS)
        : other.measure(asked, LONG_ENOUGH_MS))
      return {...probe, seen: exchanged ? 'allow' : connected ? 'block after the handshake' : 'block'}
    }),
  )
}

/** One letter for each probe: a, b, or h for what is stopped after the handshake. */
function inLetters(measured: readonly {readonly seen: string}[]): string {
  return measured.map(({seen}) => (seen.endsWith('handshake') ? 'h' : seen.slice(0, 1))).join('')
}

function write(name: string, content: object): void {
  writeFileSync(join(directory, 'fixtures', name), `${JSON.stringify(content)}\n`)
}
