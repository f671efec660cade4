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
    asks: 'Which AWS Region will this server be replicated to?',
    flag: 'region',
    commands: ['check', 'fix'],
  },
  stagingSubnet: {
    asks: 'Which CIDR does the staging area subnet have?',
    flag: 'staging-subnet',
    commands: ['check', 'fix'],
  },
  replicationServer: {
    asks: 'Which replication server is TCP 1500 to be tested against?',
    flag: 'replication-server',
    commands: ['check', 'fix'],
  },
  apply: {asks: 'Apply these changes?', flag: 'yes', commands: ['fix']},
  applyDisruptive: {
    asks: 'Override a block that looks deliberate?',
    flag: 'allow-disruptive',
    commands: ['fix'],
  },
  persistUnit: {
    asks: 'Nobody keeps rules on this server: add a systemd unit that repeats the repair at boot?',
    flag: 'persist-unit',
    commands: ['fix'],
  },
  saveReport: {asks: 'Where is the report to be saved?', flag: 'output', commands: ['check', 'fix']},
} as const satisfies Record<string, Question>
