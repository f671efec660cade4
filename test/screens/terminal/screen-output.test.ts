import {afterEach, describe, expect, test, vi} from 'vitest'
import {screenOutput} from '../../../src/screens/terminal/screen-output.ts'
import {FakeOutput} from '../fake-terminal.ts'
import {endAll, remediate} from '../wizard-on-terminal.ts'

afterEach(endAll)

const ERASED = '\u001B[H\u001B[J'

function outputOf(fake: FakeOutput, unicode = true, hyperlinks = false) {
  const forgetFrame = vi.fn()
  const drawn = () => Promise.resolve()
  const stdout = fake as unknown as NodeJS.WriteStream
  return {...screenOutput(stdout, {unicode, hyperlinks, forgetFrame, drawn}), forgetFrame}
}

describe('the output of frames', () => {
  test('shows ASCII only where there is nothing else', () => {
    const fake = new FakeOutput()
    outputOf(fake, false).output.write('❯ one · two\u001B[39m')
    expect(fake.written).toBe('> one * two\u001B[39m')
  })

  test('is otherwise the terminal', () => {
    const {output} = outputOf(new FakeOutput(40, 12))
    expect([output.columns, output.rows, output.isTTY]).toEqual([40, 12, true])
  })

  test.each([
    ['narrower', 60, 24, 1],
    ['lower', 80, 20, 1],
    ['larger', 120, 50, 0],
    ['as large as before', 80, 24, 0],
  ])('a terminal that became %s', async (_, columns, rows, erased) => {
    const fake = new FakeOutput(80, 24)
    const {output, forgetFrame} = outputOf(fake)
    const told = vi.fn()
    output.on('resize', told)
    fake.resize(columns, rows)
    await vi.waitFor(() => expect(told).toHaveBeenCalled())
    expect(fake.written.split(ERASED).length - 1).toBe(erased)
    expect(forgetFrame).toHaveBeenCalledTimes(erased)
  })

  test('tells the first listener of a new size last, and nobody any more once let go', async () => {
    const fake = new FakeOutput()
    const {output, release} = outputOf(fake)
    const told: string[] = []
    const gone = () => told.push('gone')
    output.on('resize', () => told.push('first'))
    output.on('resize', gone)
    output.on('resize', () => told.push('second'))
    output.on('resize', () => told.push('third'))
    output.off('resize', gone)
    fake.resize(100, 30)
    await vi.waitFor(() => expect(told).toEqual(['second', 'third', 'first']))
    release()
    fake.resize(80, 24)
    expect(told).toHaveLength(3)
  })
})

describe('a storm of new sizes', () => {
  const SIZES = [
    [40, 12],
    [200, 60],
    [20, 10],
    [79, 11],
    [120, 40],
    [33, 13],
    [61, 20],
  ] as const

  test('ends in one clean frame', async () => {
    const {output, shows} = remediate({}, {columns: 120, rows: 40})
    await shows('Findings')
    for (const [columns, rows] of SIZES) output.resize(columns, rows)
    const afresh = remediate({}, {columns: output.columns, rows: output.rows})
    await afresh.shows('q leave')
    await vi.waitFor(() => expect(output.visible).toEqual(afresh.output.lines))
  })
})
