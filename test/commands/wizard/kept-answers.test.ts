import {chmod, mkdtemp, readFile, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {answerKeeper, readKeptAnswers, resumable} from '../../../src/commands/wizard/answers.ts'

const ANSWERS = {region: 'eu-central-1', stagingSubnet: '10.20.0.0/24', replicationServer: null}

const directoryOf = () => mkdtemp(join(tmpdir(), 'answers-'))

async function withFile(content: string) {
  const directory = await directoryOf()
  await writeFile(join(directory, 'answers.json'), content)
  return readKeptAnswers(directory)
}

describe('the answers of the last run', () => {
  it('are kept for this user alone, the latest last', async () => {
    const directory = await directoryOf()
    const keeper = answerKeeper(directory)
    keeper.keep({...ANSWERS, stagingSubnet: null}, ['region'])
    keeper.keep(ANSWERS, ['region', 'server'])
    await keeper.settle()
    expect((await stat(join(directory, 'answers.json'))).mode & 0o777).toBe(0o600)
    expect(resumable(await readKeptAnswers(directory))).toMatchObject({
      answers: ANSWERS,
      through: ['region', 'server'],
    })
  })

  it('are nothing to go on with once the run was finished, but still suggest', async () => {
    const directory = await directoryOf()
    const keeper = answerKeeper(directory)
    keeper.keep(ANSWERS, ['region'])
    await keeper.finish()
    const kept = await readKeptAnswers(directory)
    expect(resumable(kept)).toBeNull()
    expect(kept?.answers.region).toBe('eu-central-1')
  })

  it.each([
    ['a file', async (directory: string) => chmod(join(directory, 'answers.json'), 0o666)],
    ['a directory', async (directory: string) => chmod(directory, 0o777)],
  ])('are not suggested from %s that others can write to', async (_name, open) => {
    const directory = await directoryOf()
    const keeper = answerKeeper(directory)
    keeper.keep(ANSWERS, ['region'])
    await keeper.settle()
    expect(await readKeptAnswers(directory)).not.toBeNull()
    await open(directory)
    expect(await readKeptAnswers(directory)).toBeNull()
  })

  it('are not asked for where nothing was answered', async () => {
    expect(resumable(await readKeptAnswers(await directoryOf()))).toBeNull()
  })

  const whole = {
    schemaVersion: 1,
    at: '2026-07-01T03:00:00.000Z',
    answers: ANSWERS,
    through: [],
    finished: false,
  }

  it.each([
    ['not JSON', '{'],
    ['another version', JSON.stringify({...whole, schemaVersion: 2})],
    [
      'a Region that does not exist',
      JSON.stringify({...whole, answers: {...ANSWERS, region: 'eu-nowhere-1'}}),
    ],
    [
      'a subnet that is none',
      JSON.stringify({...whole, answers: {...ANSWERS, stagingSubnet: '10.20.0.0/99'}}),
    ],
    ['a server that is none', JSON.stringify({...whole, answers: {...ANSWERS, replicationServer: 'a b'}})],
    ['a question that does not exist', JSON.stringify({...whole, through: ['colour']})],
  ])('are ignored when the file holds %s', async (_, content) => {
    expect(await withFile(content)).toBeNull()
  })

  it('are lost without harm where they cannot be written', async () => {
    const directory = await directoryOf()
    await writeFile(join(directory, 'state'), '')
    const keeper = answerKeeper(join(directory, 'state'))
    keeper.keep(ANSWERS, [])
    await expect(keeper.settle()).resolves.toBeUndefined()
    expect(await readFile(join(directory, 'state'), 'utf8')).toBe('')
  })
})
