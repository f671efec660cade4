import {setImmediate} from 'node:timers/promises'
import {render} from 'ink-testing-library'
import type {ReactElement} from 'react'
import {expect, vi} from 'vitest'
import {F1_KEY} from '../../src/screens/terminal/split-keys.ts'
import {Wizard} from '../../src/screens/wizard.tsx'
import {type Script, type ScriptedHost, scriptedHost} from './scripted-host.ts'
import type {Way} from './ways.ts'

export const KEY = {
  enter: '\r',
  escape: '\u001B[27u',
  f1: F1_KEY,
  up: '\u001B[A',
  down: '\u001B[B',
  right: '\u001B[C',
  left: '\u001B[D',
  pageDown: '\u001B[6~',
  end: '\u001B[F',
  backspace: '\u007F',
  tab: '\t',
  ctrlC: '\u0003',
} as const

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals are sent.
const LINK = /\u001B\]8;[^\u001B]*\u001B\\/g

export type Size = {readonly columns: number; readonly rows: number}

export type Shown = {
  /** The frame as it stands. */
  frame(): string
  /** Waits until the frame shows all of these. */
  shows(...texts: readonly string[]): Promise<void>
  /** Types keys, one per turn of the event loop: a name of `KEY`, or text that is typed letter by letter. */
  press(...keys: readonly string[]): Promise<void>
  resize(size: Size): void
  leave(): void
  /** Every frame so far. */
  readonly frames: readonly string[]
}

export type Walk = Shown & {readonly host: ScriptedHost}

/** The wizard on a terminal of that size, with a scripted host. */
export function walk(script: Script = {}, size?: Size): Walk {
  const host = scriptedHost(script)
  return {host, ...show(<Wizard host={host} />, size)}
}

/** Screens on a terminal of that size. */
export function show(screens: ReactElement, size: Size = {columns: 80, rows: 24}): Shown {
  const app = render(screens)
  const resize = ({columns, rows}: Size) => {
    const changeable = {configurable: true}
    Object.defineProperties(app.stdout, {
      columns: {...changeable, value: columns},
      rows: {...changeable, value: rows},
    })
    app.stdout.emit('resize')
  }
  resize(size)
  // Marks of rows that the terminal joins: `screenOutput` takes them away.
  const frame = () => (app.lastFrame() ?? '').replace(LINK, '')
  return {
    frame,
    shows: (...texts) =>
      vi.waitFor(
        () =>
          expect(
            texts.filter(text => !frame().includes(text)),
            frame(),
          ).toEqual([]),
        {timeout: 4_000},
      ),
    async press(...keys) {
      for (const key of keys.flatMap(name => (name in KEY ? KEY[name as keyof typeof KEY] : [...name]))) {
        // Before: a key never arrives in the turn that draws a frame. After: as `KeySource` hands keys on.
        await setImmediate()
        app.stdin.write(key)
        await setImmediate()
      }
    },
    resize,
    leave: () => app.unmount(),
    frames: app.frames,
  }
}

/** Walks that way; what it last waits for is then on the screen. */
export async function goTo({script, way}: Way, size?: Size): Promise<Walk> {
  const wizard = walk(script, size)
  for (const [shows, ...keys] of way) {
    await wizard.shows(shows)
    await wizard.press(...keys)
  }
  return wizard
}
