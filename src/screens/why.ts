import type {Outcome} from '../engine/outcome.ts'

/** What each screen asks or shows, and why it matters. */
export const WHY = {
  region:
    'Which AWS Region will this server be replicated to? Endpoints, buckets and the agent installer all belong to one Region.',
  server:
    'This is the source server: the machine that is to be replicated. Nothing is asked here; check that you are on the right one.',
  targets:
    'Replicated data goes to a replication server in the staging area subnet, over TCP 1500. Leave both empty if you do not know them: the firewall is then judged for every address, and the path itself is not tested.',
  checks: 'Every check is read-only. The findings follow by themselves when the last check has ended.',
  plan: 'The smallest changes that would mend what was found, with the exact commands. Each is checked afterwards and taken back if it did not help.',
  persist:
    'No firewall manager keeps rules on this server, so that a reboot loses the repair. A unit is written once the repair is proved, and goes with its undo.',
  applying:
    'One change at a time, then the checks that it was meant to mend. A change that does not help is taken back.',
  installer:
    'The check fetches the agent installer for this system whole and compares it with the SHA-512 that AWS publishes. The wizard installs nothing.',
  summary:
    'This summary is printed into the terminal when you leave. A saved report can go into the change ticket.',
  interrupted:
    'An earlier run ended in the middle of a change, so a rule may be half in place. Taking it back first gives the checks a clean start.',
  resume: 'The last run on this server was left before its end. Its answers were kept, nothing else was.',
} as const

export function whyFindings(remedies: number, outcome: Outcome): string {
  if (outcome === 'ready') return 'What was found. Nothing needs to be repaired.'
  if (remedies === 0) return 'What was found, worst first. There is nothing that this wizard can repair.'
  return 'What was found, worst first. Some of it can be repaired on this server: the plan comes next, and nothing changes before you agree.'
}

export function whyConfirm(disruptive: boolean): string {
  return disruptive
    ? 'This overrides something that was forbidden on purpose. Agree only if you know who forbade it and why.'
    : 'These commands change the firewall of this server now. Every one has its undo, and a journal keeps both.'
}
