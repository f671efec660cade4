import {expect, test} from 'vitest'
import {BLOCKED_WHERE_NOBODY_KEEPS_RULES, HEALTHY} from '../scripted-findings.ts'
import {type Talk, talk} from './talk.ts'

/** What is waited for, and the line typed then. */
type Answers = readonly (readonly [prompt: string, line: string])[]

const REPAIRS: Answers = [
  ['[eu-west-1]:', 'milan'],
  ['Enter to continue', ''],
  ['Staging area subnet (CIDR), ', 'nonsense'],
  ['Staging area subnet (CIDR), ', '10.20.0.0/24'],
  ['Replication server (HOST or HOST:PORT), ', ''],
  ['Enter for the plan', '1'],
  ['Enter for the plan', ''],
  ['Enter to continue', 'd 1'],
  ['Enter to continue', '3'],
  ['Enter to continue', ''],
  ['[1]:', 'y'],
  ['[1]:', '2'],
  ['Enter to continue', ''],
  ['Enter to continue', ''],
  ['Enter to finish', 'q'],
  ['Answer y to leave', 'n'],
  ['Enter to finish', ''],
]

const COMES_BACK: Answers = [
  ['[1]:', '1'],
  ['[1]:', '2'],
  ['[eu-west-1]:', 'b'],
  ['[eu-west-1]:', '?'],
  ['[eu-west-1]:', 'q'],
  ['Answer y to leave', 'y'],
]

const OUTLIVES_A_REBOOT: Answers = [
  ['Enter for the plan', ''],
  ['Enter to continue', ''],
  ['[1]:', 'y'],
  ['[1]:', 'y'],
  ['Enter to continue', ''],
  ['Enter to continue', ''],
  ['Enter to finish', ''],
]

async function transcriptOf(spoken: Talk, answers: Answers): Promise<string> {
  for (const [prompt, line] of answers) await spoken.at(prompt, line)
  await spoken.ended
  return spoken.transcript()
}

test('a repair', async () => {
  const transcript = await transcriptOf(talk(), REPAIRS)
  await expect(transcript).toMatchFileSnapshot('snapshots/repair.txt')
})

test('an earlier run, undone and started over', async () => {
  const interrupted = [{id: 'e1', title: 'Allow outbound TCP 443', at: '2026-07-01T03:00:00Z'}]
  const answers = {region: 'eu-central-1', stagingSubnet: null, replicationServer: null}
  const resumable = {answers, through: ['region'], at: '2026-07-01T03:00:00.000Z'} as const
  const transcript = await transcriptOf(talk({interrupted, resumable, findings: HEALTHY}), COMES_BACK)
  await expect(transcript).toMatchFileSnapshot('snapshots/earlier-run.txt')
})

test('a repair that is to outlive a reboot', async () => {
  const script = {mode: 'remediate', findings: BLOCKED_WHERE_NOBODY_KEEPS_RULES} as const
  const transcript = await transcriptOf(talk(script), OUTLIVES_A_REBOOT)
  await expect(transcript).toMatchFileSnapshot('snapshots/outlives-a-reboot.txt')
})
