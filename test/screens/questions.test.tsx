import {afterEach, expect, test, vi} from 'vitest'
import {Gate} from './gate.ts'
import {type Script, SERVER} from './scripted-host.ts'
import {type Walk, walk} from './walk.tsx'

let wizard: Walk

afterEach(() => wizard.leave())

const start = (script: Script = {}) => {
  wizard = walk(script)
  return wizard
}

test('Region: the suggested one is highlighted, with its source', async () => {
  await start().shows('Step 1 of 8', 'Region', '❯ eu-west-1', 'Suggested by AWS_REGION', '23 of 37')
})

test('Region: typing filters by name and by code, Esc clears the filter before it goes back', async () => {
  const {shows, press} = start()
  await press('tokyo')
  await shows('Filter: tokyo', '❯ ap-northeast-1', '1 of 1, filtered from 37')
  await press('escape')
  await shows('(code or name)', '❯ eu-west-1')
  await press('us-gov')
  await shows('❯ us-gov-east-1', '1 of 2')
  await press('down')
  await shows('❯ us-gov-west-1', '2 of 2')
})

test('Region: letters, digits and q are typed, not taken for keys', async () => {
  const {shows, press} = start()
  await press('jkq1')
  await shows('Filter: jkq1', 'No Region matches "jkq1".')
  await press('enter')
  await shows('Filter: jkq1')
  await press('backspace', 'backspace', 'backspace', 'backspace')
  await shows('❯ eu-west-1')
})

test('Region: opt-in Regions are marked, and the ends of the list are ends', async () => {
  const {shows, press} = start()
  await press('hong kong')
  await shows('❯ ap-east-1       opt-in  Asia Pacific (Hong Kong)', 'off until the AWS account has enabled')
  await press('escape', 'end')
  await shows('37 of 37')
  await press('down')
  await shows('37 of 37')
})

test('a Region given by a flag is shown and not asked', async () => {
  await start({initial: {region: 'eu-north-1', answered: new Set(['region'])}}).shows(
    'Step 1 of 7',
    'Source server',
    'Region eu-north-1',
  )
})

test('a Region given by the environment is shown with its source, and asked only of who goes back', async () => {
  const {shows, press} = start({initial: {region: 'eu-north-1', regionGiven: true}})
  await shows('Step 2 of 8', 'Source server', 'eu-north-1, from AWS_REGION; Esc leads to the others.')
  await press('escape')
  await shows('Step 1 of 8', '❯ eu-north-1')
  await press('down', 'enter')
  await shows('Source server', 'Region eu-south-1', 'Can read')
  expect(wizard.frame()).not.toContain('from AWS_REGION')
})

test('the server screen says what was found, and what root would allow', async () => {
  const {shows, press} = start({
    server: {...SERVER, privileges: {elevated: false, user: 'deploy', sudoInstalled: true}},
  })
  await press('enter')
  await shows('web01', 'Debian GNU/Linux 12', 'x86_64', 'iptables-nft', 'deploy', 'sudo drs-onboard')
})

test('targets: checked while typed, and not left while wrong', async () => {
  const {shows, press} = start()
  await press('enter')
  await shows('Source server', 'Can read and change')
  await press('enter')
  await shows('Staging area subnet', 'Example: 10.20.0.0/24')
  await press('10.20.0.0')
  await shows('Not valid: “10.20.0.0” is not a CIDR')
  await press('enter')
  await shows('Enter next')
  await press('/24')
  await vi.waitFor(() => expect(wizard.frame()).not.toContain('Not valid'))
  await press('enter')
  await shows('Enter continue')
  await press('10.20.0.15')
  await shows('10.20.0.15', '10.20.0.0/24')
  await press('enter')
  await shows('Findings')
  expect(wizard.host.calls).toEqual([
    'runChecks {"region":"eu-west-1","stagingSubnet":"10.20.0.0/24","replicationServer":"10.20.0.15"}',
  ])
})

test('targets: empty is an answer, and an answered one is not asked', async () => {
  const {shows, press} = start({
    initial: {stagingSubnet: '10.9.0.0/16', answered: new Set(['region', 'stagingSubnet'])},
  })
  await shows('Can read and change')
  await press('enter')
  await shows('Replication server')
  expect(wizard.frame()).not.toContain('Staging area subnet (CIDR)')
  await press('enter')
  await shows('Findings')
  expect(wizard.host.calls[0]).toContain('"stagingSubnet":"10.9.0.0/16","replicationServer":null')
})

test('Esc leads back through the questions, and the answers stand', async () => {
  const {shows, press} = start()
  await press('tokyo')
  await shows('❯ ap-northeast-1')
  await press('enter')
  await shows('Source server', 'Can read')
  await press('enter')
  await shows('Staging area subnet')
  await press('escape')
  await shows('Source server')
  await press('left')
  await shows('❯ ap-northeast-1')
})

test('an interrupted run is offered to be reverted first', async () => {
  const {shows, press, host} = start({
    interrupted: [{id: 'e1', title: 'Allow outbound TCP 443', at: '2026-07-01T03:00:00Z'}],
  })
  await shows('An earlier run did not finish', 'Allow outbound TCP 443', '❯ Revert the unfinished change')
  await press('enter')
  await shows('PASS', 'The unfinished change was reverted.')
  expect(host.calls).toEqual(['undoInterrupted'])
  await press('enter')
  await shows('Step 1 of 8', 'Region')
})

test('what an interrupted run has left is there to scroll through', async () => {
  const interrupted = Array.from({length: 30}, (_, at) => ({
    id: `e${at}`,
    title: `Allow outbound TCP ${at}`,
    at: '2026-07-01T03:00:00Z',
  }))
  const {shows, press} = start({interrupted})
  await shows('Allow outbound TCP 0 ', 'more lines (PgDn)', '❯ Revert all 30 changes now')
  await press('pageDown', 'pageDown', 'pageDown')
  await shows('Allow outbound TCP 29 (2026-07-01 03:00 UTC, id e29)')
})

const KEPT = {
  answers: {region: 'eu-central-1', stagingSubnet: '10.20.0.0/24', replicationServer: null},
  at: '2026-07-01T03:00:00.000Z',
} as const

test('a run that was left can be gone on with, at the question that it had not got through', async () => {
  const {shows, press} = start({resumable: {...KEPT, through: ['region']}})
  await shows('Continue where you left off?', 'eu-central-1', '10.20.0.0/24', '❯ Continue with these answers')
  await press('enter')
  await shows('Step 2 of 8', 'Source server', 'Region eu-central-1')
  await press('enter')
  await shows('Staging area subnet', '10.20.0.0/24')
})

test('a run that was left after the questions goes on with the checks, and Esc leads to its answers', async () => {
  const {shows, press} = start({
    resumable: {...KEPT, through: ['region', 'server', 'targets']},
    pace: new Gate().pass,
  })
  await shows('❯ Continue with these answers')
  await press('enter')
  await shows('Step 4 of 8', 'Region eu-central-1')
  await press('escape')
  await shows('Staging area subnet', '10.20.0.0/24')
})

test('a run that was left need not be gone on with', async () => {
  const {shows, press} = start({resumable: {...KEPT, through: ['region']}})
  await shows('❯ Continue with these answers')
  await press('down')
  await shows('❯ Start over')
  await press('enter')
  await shows('Step 1 of 8', '❯ eu-west-1')
})

test('what flags answer is not overruled by answers of an earlier run', async () => {
  const {shows, press} = start({
    initial: {region: 'us-east-1', answered: new Set(['region'])},
    resumable: {...KEPT, through: ['region']},
  })
  await shows('❯ Continue with these answers')
  await press('enter')
  await shows('Source server', 'Region us-east-1')
})

test('answers are kept as they are given', async () => {
  const kept: unknown[] = []
  const {shows, press} = start({keepAnswers: (...args) => void kept.push(args)})
  await shows('❯ eu-west-1')
  await press('enter')
  await shows('Source server')
  expect(kept).toEqual([[{region: 'eu-west-1', stagingSubnet: null, replicationServer: null}, ['region']]])
})

test('an interrupted run may be left as it is', async () => {
  const {shows, press, host} = start({interrupted: [{id: 'e1', title: 'x', at: '2026-07-01T03:00:00Z'}]})
  await shows('An earlier run did not finish')
  await press('down')
  await shows('❯ Leave it, and continue')
  await press('enter')
  await shows('Step 1 of 8')
  expect(host.calls).toEqual([])
})
