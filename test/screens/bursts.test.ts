import {afterEach, describe, expect, test} from 'vitest'
import {KEY} from './walk.tsx'
import {endAll, remediate, run} from './wizard-on-terminal.ts'

afterEach(endAll)

describe('keys that arrive in one chunk', () => {
  test('Down and Enter choose what is highlighted, not what was', async () => {
    const {input, shows} = run()
    await shows('❯ eu-west-1')
    input.write(`${KEY.down}${KEY.enter}`)
    await shows('Source server', 'Region eu-west-2')
  })

  test('Down and Enter in a choice take the second', async () => {
    const {input, shows, host} = remediate()
    await shows('Findings')
    input.write(KEY.enter)
    await shows('Repair plan')
    input.write(KEY.enter)
    await shows('❯ No, change nothing')
    input.write(`${KEY.down}${KEY.enter}`)
    await shows('Repair finished')
    expect(host.calls).toContain('applyPlan drs-443,drs-1500')
  })

  test('text and Enter fill a field and submit it', async () => {
    const {input, shows, host} = run({initial: {answered: new Set(['region'])}})
    await shows('Can read')
    input.write(`${KEY.enter}10.20.0.0/24${KEY.enter}10.20.0.15x${KEY.backspace}${KEY.enter}`)
    await shows('Findings')
    expect(host.calls[0]).toContain('"stagingSubnet":"10.20.0.0/24","replicationServer":"10.20.0.15"')
  })

  test('a whole way through works as type-ahead', async () => {
    const {input, shows} = run()
    await shows('❯ eu-west-1')
    input.write('tokyo\r')
    await shows('Can read', 'Region ap-northeast-1')
    input.write('\r\r\r')
    await shows('Findings')
  })
})

describe('pasted text', () => {
  const paste = (text: string) => `\u001B[200~${text}\u001B[201~`

  test('goes into a field as one line, and submits nothing', async () => {
    const {input, output, shows} = run({initial: {answered: new Set(['region'])}})
    await shows('Can read')
    input.write(KEY.enter)
    await shows('Staging area subnet')
    expect(output.written).toContain('\u001B[?2004h')
    input.write(paste('10.20.0.0/24\r\n'))
    await shows('10.20.0.0/24', 'Enter next')
  })

  test('filters Regions', async () => {
    const {input, shows} = run()
    await shows('❯ eu-west-1')
    input.write(paste('ap-south-1\n'))
    await shows('Filter: ap-south-1', '❯ ap-south-1')
  })

  test('is no key anywhere else', async () => {
    const {input, shows, host} = remediate()
    await shows('Findings')
    input.write(KEY.enter)
    await shows('Repair plan')
    input.write(KEY.enter)
    await shows('❯ No, change nothing')
    input.write(paste('y'))
    input.write(KEY.enter)
    await shows('Repair plan')
    expect(host.calls).toHaveLength(1)
  })
})
