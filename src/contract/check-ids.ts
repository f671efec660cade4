/** Every check, in the order in which checks are shown. The ids are part of the public interface. */
export const CHECK_IDS = [
  'os',
  'privileges',
  'firewall-443',
  'firewall-1500',
  'drs-endpoint',
  's3-buckets',
  'ec2-endpoint',
  'installer-download',
  'replication-1500',
] as const

export type CheckId = (typeof CHECK_IDS)[number]
