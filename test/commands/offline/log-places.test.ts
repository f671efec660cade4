import {mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {findLogs} from '../../../src/commands/offline/log-places.ts'

const INSTALLER = 'aws_replication_agent_installer.log'
const root = mkdtempSync(join(tmpdir(), 'log-places-'))
afterAll(() => rmSync(root, {recursive: true}))

const [one, two, three] = ['one', 'two', 'three'].map(name => join(root, name)) as [string, string, string]
for (const directory of [one, two, three]) mkdirSync(directory)

test('without a log says where it looked', async () => {
  await expect(findLogs([one, two])).rejects.toThrow(
    new RegExp(
      `^No log of the AWS Replication Installer or Agent is in ${one}, ${two}: give its path, \`.*diagnose FILE\`\\.$`,
    ),
  )
})

test('finds the newest log of the installer, and that of the agent; a directory of that name is none', async () => {
  for (const [directory, age] of [
    [one, 2],
    [two, 1],
  ] as const) {
    writeFileSync(join(directory, INSTALLER), 'x')
    utimesSync(join(directory, INSTALLER), age, Date.now() / 1_000 - age * 1_000)
  }
  mkdirSync(join(three, INSTALLER))
  writeFileSync(join(three, 'agent.log.0'), 'x')
  expect(await findLogs([one, two, three])).toEqual({
    files: [join(two, INSTALLER), join(three, 'agent.log.0')],
    older: [join(one, INSTALLER)],
    denied: [],
  })
})
