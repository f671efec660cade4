import type {Outcome} from '../../engine/outcome.ts'

/** What each screen asks or shows, and why it matters. */
export const WHY = {
  region:
    'Which AWS Region will this server be replicated to? Endpoints, buckets and the agent installer all belong to one Region.',
  server:
    'This is the source server: the machine that is to be replicated. Nothing is asked here; check that you are on the right one.',
  targets:
    'Replicated data goes to a replication server in the staging area subnet, over TCP 1500. Leave both empty if you do not know them: the firewall is then checked for any address, and the path is not tested.',
  checks: 'Every check is read-only. Results appear when all checks are done.',
  plan: 'Minimal changes that fix these issues. Each one is verified, and reverted if it does not help.',
  persist:
    'No service restores firewall rules at boot on this server, so a reboot reverts the fix. A unit is written once the fix is verified, and removed by its undo.',
  applying:
    'One change at a time, then the checks that it should fix. A change that does not help is reverted.',
  installer:
    'The check downloads the complete agent installer for this system and verifies its published SHA-512. The wizard installs nothing.',
  summary:
    'This summary is printed into the terminal when you leave. A saved report can go into the change ticket.',
  interrupted:
    'An earlier run was interrupted during a change, so a rule may be only partly in place. Revert it first to start the checks from a clean state.',
  resume: 'The last run was not finished. Only your answers were saved.',
} as const

export function whyFindings(remedies: number, outcome: Outcome): string {
  if (outcome === 'ready') return 'What was found. Nothing needs to be fixed.'
  if (remedies === 0) return 'What was found, worst first. There is nothing that this wizard can fix.'
  return 'What was found, worst first. Some of it can be fixed on this server: the plan comes next, and nothing changes before you agree.'
}

export function whyConfirm(disruptive: boolean): string {
  return disruptive
    ? 'This overrides a rule that looks intentional. Agree only if you know who set it and why.'
    : 'These commands change the firewall of this server now. Every change is logged and can be undone.'
}
