import {readFileSync} from 'node:fs'
import {describe, expect, it} from 'vitest'
import {CAUSE_CODES, CAUSES} from '../../src/contract/cause-codes.ts'
import {CHECK_IDS} from '../../src/contract/checks.ts'
import {EXIT} from '../../src/contract/exit-codes.ts'
import {OPTION_ROWS} from '../../src/options/options.ts'

const contract = readFileSync(new URL('../../docs/contract.md', import.meta.url), 'utf8')

function section(title: string): readonly string[] {
  const [, body = ''] = contract.split(`\n## ${title}\n`)
  return (body.split('\n## ', 1)[0] ?? '').split('\n').filter(line => line.startsWith('| `'))
}

describe('docs/contract.md', () => {
  it('has every cause code with its status and owner, in order, and no other', () => {
    const rows = section('Cause codes').map(line => line.split(' | ').slice(0, 3).join(' | '))
    expect(rows).toEqual(
      CAUSE_CODES.map(code => `| \`${code}\` | ${CAUSES[code].status} | ${CAUSES[code].owner ?? '–'}`),
    )
  })

  it('has every check, in order', () => {
    expect(section('Checks').map(line => line.split('`')[1])).toEqual(CHECK_IDS)
  })

  it.each(OPTION_ROWS.map(({key}) => key))('has the flag --%s', key => {
    expect(section('Flags').join('\n')).toMatch(new RegExp(`--${key}[ \`]`))
  })

  it.each(Object.values(EXIT))('has the exit code %i', code => {
    const [, body = ''] = contract.split('\n## Exit codes\n')
    expect(body.split('\n## ', 1)[0]).toMatch(new RegExp(`^\\|[ \\d,]*\\b${code}\\b`, 'm'))
  })
})
