import {describe, expect, it} from 'vitest'
import {needRoot} from '../../../src/commands/run/fix.ts'
import {resolveOptions} from '../../../src/options/resolve.ts'

const options = await resolveOptions({region: 'eu-central-1', outputInstaller: "it's here"}, {})
const plain = {elevated: false, user: 'operator', sudoInstalled: true}

describe('what a user without the rights is told', () => {
  it('is the command under sudo, where there is one', () => {
    expect(needRoot(plain, options, 'linux')).toMatch(
      /only root can .*operator; run\n {2}sudo drs-onboard fix /,
    )
    expect(needRoot({...plain, sudoInstalled: false}, options, 'linux')).toMatch(
      /as root \(su -\), run\n {2}drs-onb/,
    )
  })

  it('is how an administrator opens a shell on Windows, and the command as PowerShell reads it', () => {
    const told = needRoot({...plain, sudoInstalled: false}, options, 'win32')
    expect(told).toMatch(
      /only an administrator .*operator has no elevated token here. Open PowerShell with "Run as/,
    )
    expect(told).toContain("'it''s here'")
    expect(told).not.toMatch(/root|sudo/)
  })

  it('is nothing with the rights, or while they are not known', () => {
    expect(needRoot({...plain, elevated: true}, options, 'linux')).toBeNull()
    expect(needRoot(null, options, 'win32')).toBeNull()
  })
})
