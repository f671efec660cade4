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
          summary: `${user} can read and change the firewall.`,
          evidence: {user},
        }),
      ]
    }
    if (platform === 'win32') {
      return [
        finding('privileges', 'privileges.limited', {
          summary: `${user} can read the firewall rules, but not change them: this process has no elevated token.`,
          nextStep: 'To fix it, run the same command in a prompt opened with "Run as administrator".',
          evidence: {user},
        }),
      ]
    }
    return [
      finding('privileges', 'privileges.limited', {
        summary: `${user} cannot read the firewall rules, so a block of 443 or 1500 on this server can only be measured.`,
        nextStep: sudoInstalled
          ? 'Run the same command with sudo.'
          : 'Run the same command as root (su -); sudo is not installed.',
        evidence: {user, sudoInstalled},
      }),
    ]
  },
}
