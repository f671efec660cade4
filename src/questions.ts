import type {FlagKey} from './options/flags.ts'

/** Something that the interactive modes ask, with the flag that answers it unattended. */
export type Question = {
  readonly asks: string
  readonly flag: FlagKey
  /** The commands that take the flag. */
  readonly commands: readonly ('check' | 'fix')[]
}

/**
 * Everything that is ever asked. Interactive modes ask; scripted mode takes the flag, or ends with exit code 2 naming
 * it where it cannot go on without.
 */
export const QUESTIONS = {
  region: {
    asks: 'Which AWS Region do you replicate this server to?',
    flag: 'region',
    commands: ['check', 'fix'],
  },
  stagingSubnet: {
    asks: 'What is the CIDR of the staging area subnet?',
    flag: 'staging-subnet',
    commands: ['check', 'fix'],
  },
  replicationServer: {
    asks: 'Which replication server do you want to test TCP 1500 with?',
    flag: 'replication-server',
    commands: ['check', 'fix'],
  },
  apply: {asks: 'Apply these changes?', flag: 'yes', commands: ['fix']},
  applyDisruptive: {
    asks: 'Override a rule that looks intentional?',
    flag: 'allow-disruptive',
    commands: ['fix'],
  },
  persistUnit: {
    asks: 'No service restores firewall rules at boot here. Add a systemd unit that repeats the fix at boot?',
    flag: 'persist-unit',
    commands: ['fix'],
  },
  saveReport: {asks: 'Where do you want to save the report?', flag: 'output', commands: ['check', 'fix']},
} as const satisfies Record<string, Question>
