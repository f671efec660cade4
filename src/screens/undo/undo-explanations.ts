import type {Explanation} from '../help/explanation.ts'

export const CHOOSE_EXPLANATION: Explanation = {
  title: 'Undo',
  asked: 'Which change to revert: all of the last run, or one. → shows its commands.',
  matters:
    'The journal has every command that was run, and its undo. Only changes of this tool are reverted, never what was in place before.',
  byDefault: 'The last run as a whole. Nothing runs before you confirm.',
  aws: [
    {
      says: 'An agent that is installed needs TCP 443 to DRS and S3, and TCP 1500 to the replication servers, as long as it replicates.',
      page: 'Network-Requirements',
    },
  ],
}

export const CONFIRM_EXPLANATION: Explanation = {
  title: 'Confirmation',
  asked: 'Whether to run these commands now, the last change first.',
  matters:
    'If a command fails, the others still run, and what is left stays in the journal for the next undo.',
  byDefault: 'No: nothing is changed.',
  aws: [],
}
