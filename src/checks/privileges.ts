import type {Check} from './check.ts'
import {finding} from './finding.ts'

export const privileges: Check = {
  id: 'privileges',
  needs: [],
  needsRegion: false,
  timeoutMs: () => 25_000,
  async run({reader}) {
    const [{elevated, user, sudoInstalled}, {platform}] = await Promise.all([
      reader.privileges(),
      reader.host(),
    ])
    if (elevated) {
      return [
        finding('privileges', 'ok', {
          summary: `${user} may read and change the firewall.`,
          evidence: {user},
        }),
      ]
    }
    if (platform === 'win32') {
      return [
        finding('privileges', 'privileges.limited', {
          summary: `${user} may read the firewall's rules here, but not change them: this process has no elevated token.`,
          nextStep:
            'To repair, run the same command from a prompt that was opened with "Run as administrator".',
          evidence: {user},
        }),
      ]
    }
    return [
      finding('privileges', 'privileges.limited', {
        summary: `${user} may not read the firewall's rules, so whether this server blocks 443 or 1500 can only be measured.`,
        nextStep: sudoInstalled
          ? 'Run the same command with sudo.'
          : 'Run the same command as root (su -), since sudo is not installed here.',
        evidence: {user, sudoInstalled},
      }),
    ]
  },
}
