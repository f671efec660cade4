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

/** What each check is called on screens. */
export const CHECK_TITLES: Readonly<Record<CheckId, string>> = {
  os: 'Operating system',
  privileges: 'Privileges',
  'firewall-443': 'Host firewall, TCP 443 out',
  'firewall-1500': 'Host firewall, TCP 1500 out',
  'drs-endpoint': 'DRS endpoint',
  's3-buckets': 'S3 buckets',
  'ec2-endpoint': 'EC2 endpoint',
  'installer-download': 'Agent installer',
  'replication-1500': 'Replication path',
}
