// Records the wizard in the lab, from the Region to the summary, as an asciicast for the README's picture.
// usage: node scripts/record-demo.ts > demo.cast
//        npx svg-term-cli --in demo.cast --out docs/demo.svg --window --width 80 --height 24
import {stripVTControlCharacters} from 'node:util'
import {spawn} from '@lydell/node-pty'
import {KEYS} from '../test/pty/terminal.ts'

const [COLUMNS, ROWS] = [80, 24]
/** Time to read a screen, in milliseconds. */
const READ_MS = 2_500

/** What has to be on the screen, and what is typed then. */
const SCRIPT: readonly (readonly [wanted: RegExp, keys: string])[] = [
  [/Step 1 of/, 'frank'],
  [/filtered from 37/, KEYS.enter],
  [/Host name/, KEYS.enter],
  [/Staging area subnet/, '10.20.0.0/16'],
  [/0\/16/, KEYS.enter],
  [/./, '10.20.0.10'],
  [/10/, KEYS.enter],
  [/Not ready/, KEYS.enter],
  [/Repair plan/, KEYS.enter],
  [/No, change nothing/, 'y'],
  [/finished/, KEYS.enter],
  [/SHA-512/, KEYS.enter],
  [/Summary/, KEYS.enter],
]

const {CI: _, ...env} = process.env
const pty = spawn(process.execPath, ['test/lab/demo.ts'], {
  name: 'xterm-256color',
  cols: COLUMNS,
  rows: ROWS,
  env: {...env, LANG: 'C.UTF-8'},
})
let started: number | null = null
let recent = ''
let next = 0
let waiting = false

process.stdout.write(`${JSON.stringify({version: 2, width: COLUMNS, height: ROWS})}\n`)

pty.onData(output => {
  started ??= performance.now()
  process.stdout.write(`${JSON.stringify([(performance.now() - started) / 1000, 'o', output])}\n`)
  recent += output
  const [wanted, keys] = SCRIPT[next] ?? []
  if (waiting || !wanted || keys === undefined || !wanted.test(stripVTControlCharacters(recent))) return
  waiting = true
  setTimeout(() => {
    waiting = false
    recent = ''
    next += 1
    pty.write(keys)
  }, READ_MS)
})

pty.onExit(({exitCode}) => {
  process.exitCode = exitCode
})
