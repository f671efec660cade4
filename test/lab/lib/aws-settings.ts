import type {Certificates} from './certificates.ts'
import type {FaultyCertificates} from './faulty-certificates.ts'

/** What the stand-in for AWS gets wrong. Every fault can be set and removed while it runs. */
export type AwsFaults = {
  /** Only these hosts have the faults of TLS certificates and HTTP (a regular expression); all unless set. */
  readonly hosts?: string
  /** What happens to a connection below TLS. */
  readonly connection?: ConnectionFault
  /** Whose certificate is presented; `amazon` unless set. */
  readonly certificate?: keyof Certificates['server'] | keyof FaultyCertificates
  /** What is answered instead of HTTP, or instead of what a service answers. */
  readonly http?: HttpFault
  /** What S3 answers on every path. */
  readonly s3?: S3Fault
  /** The published SHA-512 is that of another file. */
  readonly wrongHash?: boolean
  /** What the hash object holds instead of a digest; `huge`: 10 GB, announced as such; `drip`: a byte now and then. */
  readonly hashObject?: 'garbage' | 'endless' | 'huge' | 'drip'
  /** What comes instead of the installer; `drip`, `endless`: with no announced end. */
  readonly installer?: 'drip' | 'endless' | 'huge'
  /** Bytes of the installer's body after which the connection is closed. */
  readonly truncateAt?: number
  /** The same, but only for requests that do not ask for a range: what is resumed arrives. */
  readonly cutOnceAt?: number
  /** Bytes of the installer's body after which nothing more is sent, on an open connection. */
  readonly stallAt?: number
  /** Pace of the installer's body; as fast as it goes unless set. */
  readonly bytesPerSecond?: number
  /** Every request is answered by a company's block page. */
  readonly blockPage?: boolean
  /** Seconds that the `Date` header is ahead of the clock. */
  readonly dateAheadSeconds?: number
}

/**
 * `refuse`: reset as soon as it is accepted. `reset`, `close`: at the first bytes of the handshake. `silent`: accepted, never answered. `old-tls`: TLS 1.1 at
 * most. `plain`: HTTP without TLS. `garbage`: bytes that are no protocol.
 */
export type ConnectionFault = 'refuse' | 'reset' | 'close' | 'silent' | 'old-tls' | 'plain' | 'garbage'

/**
 * `silent`, `close`, `garbage`: instead of an answer. `endless-header`, `endless-body`: an answer without an end.
 * `dripping-header`, `dripping-body`: a byte now and then.
 * `portal`: a redirect to a login page. `loop`: a redirect to the same address. `service-error`: 503 with the
 * service's own headers. `gateway-error`: 502 with a page of a device on the way.
 */
export type HttpFault =
  | 'silent'
  | 'close'
  | 'garbage'
  | 'endless-header'
  | 'endless-body'
  | 'endless-interim'
  | 'dripping-header'
  | 'dripping-body'
  | 'gzip-bomb'
  | 'portal'
  | 'loop'
  | 'service-error'
  | 'gateway-error'

export type S3Fault = 'NoSuchBucket' | 'NoSuchKey' | 'AccessDenied' | 'PermanentRedirect' | 'bare-403'

/** What the stand-in for AWS is told at its start, as a JSON file. */
export type AwsSettings = {
  readonly region: string
  readonly installerBytes: number
  readonly certificates: Certificates['server'] & Partial<FaultyCertificates>
  /** JSON file with the `AwsFaults` in force; read again for every connection and request. */
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
