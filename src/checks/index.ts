import type {CheckId} from '../contract/check-ids.ts'
import type {Check} from './check.ts'
import {drsEndpoint} from './drs-endpoint.ts'
import {ec2Endpoint} from './ec2-endpoint.ts'
import {firewall443, firewall1500} from './firewall/firewall.ts'
import {installerDownload} from './installer-download.ts'
import {os} from './os/os.ts'
import {privileges} from './privileges.ts'
import {replication1500} from './replication-1500.ts'
import {s3Buckets} from './s3-buckets.ts'

/** Every check, in the order of `CHECK_IDS`. */
export const CHECKS: readonly Check[] = [
  os,
  privileges,
  firewall443,
  firewall1500,
  drsEndpoint,
  s3Buckets,
  ec2Endpoint,
  installerDownload,
  replication1500,
]

/** The checks that a run is limited to: `only` if given, less `skip`. */
export function selectChecks(only: readonly CheckId[] | null, skip: readonly CheckId[]): readonly Check[] {
  return CHECKS.filter(({id}) => (only?.includes(id) ?? true) && !skip.includes(id))
}
