import type {Certificates} from './certificates.ts'

/** What the stand-in for AWS gets wrong. Every fault can be set and taken back while it runs. */
export type AwsFaults = {
  /** Whose certificate is presented; `amazon` unless set. */
  readonly certificate?: keyof Certificates['server']
  /** The published SHA-512 is that of another file. */
  readonly wrongHash?: boolean
  /** Bytes of the installer's body after which the connection is closed. */
  readonly truncateAt?: number
  /** Bytes of the installer's body after which nothing more is sent, on an open connection. */
  readonly stallAt?: number
  /** Pace of the installer's body; as fast as it goes unless set. */
  readonly bytesPerSecond?: number
  /** Every request is answered by a company's block page. */
  readonly blockPage?: boolean
  /** Seconds that the `Date` header is ahead of the clock. */
  readonly dateAheadSeconds?: number
}

/** What the stand-in for AWS is told at its start, as a JSON file. */
export type AwsSettings = {
  readonly region: string
  readonly installerBytes: number
  readonly certificates: Certificates['server']
  /** JSON file with the `AwsFaults` in force; read anew for every connection and request. */
  readonly faultsFile: string
}

/** Buckets that exist in the lab's Region: the seven that AWS lists for DRS. */
export function bucketNames(region: string): string[] {
  return [
    `aws-drs-clients-${region}`,
    `aws-drs-clients-hashes-${region}`,
    `aws-drs-internal-${region}`,
    `aws-drs-internal-hashes-${region}`,
    `aws-elastic-disaster-recovery-${region}`,
    `aws-elastic-disaster-recovery-hashes-${region}`,
    `al2023-repos-${region}-de612dc2`,
  ]
}
