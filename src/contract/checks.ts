/** Where a check is shown: this server, its firewall, the path to AWS, the path to the staging area subnet. */
export type CheckGroup = 'server' | 'firewall' | 'aws' | 'staging'

/** A path of the path picture. */
export type RouteName = 'drs' | 's3' | 'replication'

/** What is known of a check without running it. */
export type CheckFacts = {
  /** What it is called on screens. */
  readonly title: string
  readonly group: CheckGroup
  /** Whether nobody can say without it that a server is ready. */
  readonly isRequired: boolean
  /** The TCP port that it judges the host firewall for. */
  readonly judges?: 443 | 1500
  /** The TCP port that it connects to. */
  readonly connects?: 443 | 1500
  /** The path that its connection is drawn in. */
  readonly route?: RouteName
}

/** Every check, in the order in which checks are shown. The ids are part of the public interface. */
const CHECKS = {
  os: {title: 'Operating system', group: 'server', isRequired: true},
  privileges: {title: 'Privileges', group: 'server', isRequired: false},
  'firewall-443': {title: 'Host firewall, TCP 443 out', group: 'firewall', isRequired: true, judges: 443},
  'firewall-1500': {title: 'Host firewall, TCP 1500 out', group: 'firewall', isRequired: true, judges: 1500},
  'drs-endpoint': {title: 'DRS endpoint', group: 'aws', isRequired: true, connects: 443, route: 'drs'},
  's3-buckets': {title: 'S3 buckets', group: 'aws', isRequired: true, connects: 443, route: 's3'},
  'ec2-endpoint': {title: 'EC2 endpoint', group: 'aws', isRequired: false, connects: 443},
  'installer-download': {
    title: 'Agent installer',
    group: 'aws',
    isRequired: true,
    connects: 443,
    route: 's3',
  },
  'replication-1500': {
    title: 'Replication path',
    group: 'staging',
    isRequired: true,
    connects: 1500,
    route: 'replication',
  },
} as const satisfies Readonly<Record<string, CheckFacts>>

export type CheckId = keyof typeof CHECKS

const FACTS: Readonly<Record<CheckId, CheckFacts>> = CHECKS

export const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[]

export function factsOf(check: CheckId): CheckFacts {
  return FACTS[check]
}

/** The checks of which something holds, in the order in which checks are shown. */
export function checksWhere(holds: (facts: CheckFacts) => boolean): readonly CheckId[] {
  return CHECK_IDS.filter(id => holds(FACTS[id]))
}

/** Whether a check judges the rules of this host, rather than measure something. */
export function judgesRules(check: CheckId): boolean {
  return FACTS[check].judges !== undefined
}

/** The required checks whose connections the rules that a check judges let out. */
export function pathsBehind(check: CheckId): readonly CheckId[] {
  const {judges} = FACTS[check]
  return checksWhere(facts => facts.isRequired && judges !== undefined && facts.connects === judges)
}
