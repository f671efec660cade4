import {CHECK_IDS, type CheckId} from '../contract/checks.ts'
import type {Check} from './check.ts'

/** Each check is loaded separately, so that a run of a few starts as quickly as they can. */
const LOADERS: Readonly<Record<CheckId, () => Promise<Check>>> = {
  os: async () => (await import('./os/os.ts')).os,
  privileges: async () => (await import('./privileges.ts')).privileges,
  'firewall-443': async () => (await import('./firewall/firewall.ts')).firewall443,
  'firewall-1500': async () => (await import('./firewall/firewall.ts')).firewall1500,
  'drs-endpoint': async () => (await import('./path/endpoints.ts')).drsEndpoint,
  's3-buckets': async () => (await import('./path/endpoints.ts')).s3Buckets,
  'ec2-endpoint': async () => (await import('./path/endpoints.ts')).ec2Endpoint,
  'installer-download': async () => (await import('./installer/installer.ts')).installerDownload,
  'replication-1500': async () => (await import('./replication/replication.ts')).replication1500,
}

/** The checks that a run is limited to, in the order in which they are shown: `only` if given, less `skip`. */
export function loadChecks(
  only: readonly CheckId[] | null = null,
  skip: readonly CheckId[] = [],
): Promise<readonly Check[]> {
  const selected = CHECK_IDS.filter(id => (only?.includes(id) ?? true) && !skip.includes(id))
  return Promise.all(selected.map(id => LOADERS[id]()))
}
