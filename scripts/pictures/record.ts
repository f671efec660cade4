// Records the wizard in the lab, from the Region to the summary: docs/demo.svg moves, docs/pictures/ stays still.
// usage: npm run build && node scripts/pictures/record.ts
import {mkdir, writeFile} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {KEYS, openTerminal} from '../../test/pty/terminal.ts'
import {frameOf, windowOf} from './svg.ts'

const SIZE = {cols: 100, rows: 28}
const SECONDS_A_FRAME = 3

type Step = {
  /** What has to be on the screen. */
  readonly wanted: RegExp
  /** What is typed then. */
  readonly keys: string
  /** The still picture's name. */
  readonly picture?: string
  /** Taken while it moves: it does not come to rest. */
  readonly moves?: true
}

const SCRIPT: readonly Step[] = [
  {wanted: /Step 1 of/, keys: 'frank'},
  {wanted: /filtered from 37/, keys: KEYS.enter},
  {wanted: /Can read and change/, keys: KEYS.enter},
  {wanted: /Staging area subnet/, keys: `10.20.0.0/16${KEYS.enter}10.20.0.10`},
  {wanted: /10\.20\.0\.10/, keys: KEYS.enter},
  {wanted: /PASS[\s\S]*RUN/, keys: '', picture: 'checks', moves: true},
  {wanted: /Not ready/, keys: KEYS.right, picture: 'findings'},
  {wanted: /back to the list/, keys: `${KEYS.escape}`},
  {wanted: /Enter see the fix/, keys: KEYS.enter},
  {wanted: /Repair plan/, keys: KEYS.enter, picture: 'plan'},
  {wanted: /No, change nothing/, keys: 'y'},
  {wanted: /Installer[\s\S]*MB\/s|installer[\s\S]*MB\/s/, keys: '', picture: 'repairing', moves: true},
  {wanted: /Repair finished/, keys: 'f'},
  {wanted: /Findings/, keys: KEYS.enter},
  {wanted: /SHA-512/, keys: KEYS.enter},
  {wanted: /Enter finish/, keys: '', picture: 'summary'},
]

const inDocs = (path: string): string => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url))

await using terminal = openTerminal([process.execPath, 'test/lab/demo.ts'], {
  ...SIZE,
  env: {...process.env, LANG: 'C.UTF-8'},
})
await mkdir(inDocs('pictures'), {recursive: true})

const frames: string[] = []
for (const {wanted, keys, picture, moves = false} of SCRIPT) {
  await terminal.until(wanted, 60_000)
  if (!moves) await settled()
  const {cells} = terminal
  if (picture !== undefined)
    await writeFile(inDocs(`pictures/${picture}.svg`), windowOf([frameOf(cells)], cells))
  const at = frames.length
  frames.push(frameOf(cells, ` class="frame" style="animation-delay:${at * SECONDS_A_FRAME}s"`))
  terminal.type(keys)
}
await writeFile(inDocs('demo.svg'), windowOf(frames, SIZE, animation(frames.length)))
terminal.type(KEYS.ctrlC)
await terminal.exit()

/** Waits until what is on the screen has not changed for a moment. */
async function settled(): Promise<void> {
  let before = ''
  for (let alike = 0; alike < 4; ) {
    const now = terminal.screen().join('\n')
    alike = now === before ? alike + 1 : 0
    before = now
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** Each frame has its turn; without animations, the last one is shown. */
function animation(count: number): string {
  const turn = (100 / count).toFixed(3)
  return [
    '<style>',
    '.frame{opacity:0}.frame:last-of-type{opacity:1}',
    '@media (prefers-reduced-motion: no-preference){',
    `.frame,.frame:last-of-type{opacity:0;animation:turn ${count * SECONDS_A_FRAME}s step-end infinite}`,
    `@keyframes turn{0%{opacity:1}${turn}%{opacity:0}}}`,
    '</style>',
  ].join('')
}
