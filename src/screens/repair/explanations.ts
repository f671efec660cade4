import type {Explanation} from '../ui/explanation.ts'

/** What `?` tells on the screens of a repair. */
export const REPAIR_EXPLANATIONS: Readonly<Record<'plan' | 'confirm' | 'persist' | 'applying', Explanation>> =
  {
    plan: {
      title: 'Repair plan',
      asked: 'Which of the changes to apply. → shows the reason, every command and its undo.',
      matters:
        'A rule that is only appended has no effect after the one that blocks, so each goes right before it. Low-risk changes only add an allow rule. Disruptive ones override a rule that looks intentional: ask its owner first.',
      byDefault:
        'Low-risk changes are chosen, disruptive ones are not. Enter asks once more before anything changes.',
      aws: [
        {
          says: 'The firewall of the source server itself, blocking TCP 1500 out, is among the usual causes of replication that does not start.',
          page: 'verifying-network-connectivity',
        },
      ],
    },
    confirm: {
      title: 'Confirmation',
      asked: 'Whether to run these commands now.',
      matters:
        'Each command is written to the journal before it runs. What does not help is reverted at once; what helps stays until drs-onboard undo.',
      byDefault: 'No: nothing is changed.',
      aws: [],
    },
    persist: {
      title: 'Reboot',
      asked: 'Whether a systemd unit of this tool may repeat the fix at boot.',
      matters:
        'No service restores firewall rules at boot here. Without the unit the fix is lost at the next reboot, and replication stops.',
      byDefault: 'No: the fix lasts until the next reboot.',
      aws: [
        {
          says: 'The agent has to reach DRS and S3 over TCP 443 all the time, not for the installation alone.',
          page: 'Network-Requirements',
        },
      ],
    },
    applying: {
      title: 'Repair',
      asked: 'Nothing. Each change is made, and the check that it should fix runs again.',
      matters:
        'A change is kept only if that check passes. Ctrl-C stops after the current command and reverts the current change.',
      byDefault: 'When it is done, Enter continues and f shows the findings as they are now.',
      aws: [],
    },
  }
