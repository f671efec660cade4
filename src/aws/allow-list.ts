import type {BucketPurpose, Endpoints} from './endpoints.ts'
import {endpointsFor} from './endpoints.ts'

/** One line of a firewall change request; `direction` is seen from the network that the line is about. */
export type AllowRow = {
  readonly host: string
  readonly port: number
  readonly protocol: 'tcp'
  readonly direction: 'outbound' | 'inbound'
  readonly from: string
  readonly to: string
  readonly reason: string
}

export type AllowList = {
  readonly rows: readonly AllowRow[]
  /** What the rows cannot say, a sentence each. */
  readonly notes: readonly string[]
}

const SOURCE = 'source server'
const STAGING = 'staging area subnet'
const DRS = 'AWS Elastic Disaster Recovery'

const NO_SUBNET =
  'The rows for port 1500 need the CIDR of the staging area subnet (--staging-subnet); where replication uses public ' +
  'IP addresses, they need every address of the Region.'

const BUCKET_REASONS: Readonly<Record<BucketPurpose, string>> = {
  clients: 'DRS software',
  'clients-hashes': 'hashes of the DRS software',
  internal: 'DRS internal components',
  'internal-hashes': 'hashes of the DRS internal components',
  installer: 'agent installer',
  'installer-hashes': 'hashes of the agent installer',
  'al2023-repos': 'Amazon Linux 2023 packages of the replication servers',
}

/**
 * Everything that DRS needs opened for a Region. The endpoints' flags are the agent's: they change what the source
 * server talks to, while the staging area subnet uses the Region's own names. The 1500 rows name the staging area
 * subnet as a whole, because DRS replaces its replication servers every 14 days.
 * Source: https://docs.aws.amazon.com/drs/latest/userguide/Network-Requirements.html
 *
 * @param stagingSubnet canonical CIDR, or null where it is not known yet
 */
export function allowList(endpoints: Endpoints, stagingSubnet: string | null): AllowList {
  const own = endpointsFor(endpoints.region)
  return {
    rows: [
      https(endpoints.drsHost, SOURCE, DRS, 'agent installation and control'),
      ...bucketRows(endpoints, SOURCE),
      replication('outbound', stagingSubnet),
      https(own.drsHost, STAGING, DRS, 'control of the replication servers'),
      ...bucketRows(own, STAGING),
      https(own.ec2Host, STAGING, 'Amazon EC2', 'EC2 API calls of the replication servers'),
      replication('inbound', stagingSubnet),
    ],
    notes: [...(stagingSubnet === null ? [NO_SUBNET] : []), ...notesOn(endpoints)],
  }
}

function bucketRows({buckets}: Endpoints, from: typeof SOURCE | typeof STAGING): readonly AllowRow[] {
  return buckets
    .filter(({neededBySourceServer}) => neededBySourceServer || from === STAGING)
    .flatMap(({host, purpose}) =>
      host === null ? [] : https(host, from, 'Amazon S3', BUCKET_REASONS[purpose]),
    )
}

function https(host: string, from: string, to: string, reason: string): AllowRow {
  return {host, port: 443, protocol: 'tcp', direction: 'outbound', from, to, reason}
}

function replication(direction: 'outbound' | 'inbound', stagingSubnet: string | null): AllowRow {
  const reason = 'replicated data; direct, without proxy or TLS inspection'
  return {
    host: stagingSubnet ?? STAGING,
    port: 1500,
    protocol: 'tcp',
    direction,
    from: SOURCE,
    to: STAGING,
    reason,
  }
}

function notesOn({region, buckets}: Endpoints): readonly string[] {
  const unnamed = buckets.filter(({bucket}) => bucket === null).map(({purpose}) => purpose)
  const notes: string[] = []
  if (unnamed.length > 0) {
    notes.push(
      `AWS does not publish the names of these S3 buckets for ${region.code}, so they are not listed above: ${unnamed.join(', ')}. ` +
        `Ask AWS Support for them, or allow *.s3.${region.code}.${region.dnsSuffix}.`,
    )
  }
  if (region.bucketNaming === 'inferred') {
    notes.push(`The bucket names for ${region.code} follow AWS's pattern but are listed on no AWS page.`)
  }
  if (!region.confirmed) {
    notes.push(
      `The DRS host for ${region.code} follows AWS's pattern but is not in the AWS General Reference.`,
    )
  }
  return notes
}
