import {execFileSync, spawnSync} from 'node:child_process'
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {capture, readSurroundings} from '../../lab/fuzz/capture.ts'
import {serveEcho} from '../../lab/fuzz/echo.ts'
import {measure, ProberProcess} from '../../lab/fuzz/probe.ts'
import {buildWorld, DESTINATIONS} from '../../lab/fuzz/world.ts'

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

const LONG_ENOUGH_MS = 1600
const directory = import.meta.dirname
const peer = await buildWorld()
await serveEcho()
const other = await ProberProcess.start(1000)
const surroundings = readSurroundings()
mkdirSync(join(directory, 'fixtures'), {recursive: true})

for (const file of readdirSync(join(directory, 'rulesets'))) {
  execFileSync('nft', ['flush', 'ruleset'])
  execFileSync('nft', ['-f', join(directory, 'rulesets', file)], {stdio: 'inherit'})
  const nftJson = execFileSync('nft', ['-j', 'list', 'ruleset'], {encoding: 'utf8'})
  const state = {...capture(surroundings), nftJson}
  const probes = [...DESTINATIONS[4], ...DESTINATIONS[6]].flatMap(to =>
    [443, 1500, 80].flatMap(port => [0, 1000].map(uid => ({to, port, uid}))),
  )
  const measured = await Promise.all(
    probes.map(async probe => {
      const seen = await (probe.uid === 0
        ? measure(probe, LONG_ENOUGH_MS)
        : other.measure(probe, LONG_ENOUGH_MS))
      return {...probe, ...seen}
    }),
  )
  const name = file.replace(/\.nft$/, '.json')
  writeFileSync(join(directory, 'fixtures', name), `${JSON.stringify({state, measured}, null, 1)}\n`)
}
other.stop()
peer.kill()
process.exit(0)
