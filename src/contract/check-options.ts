/** TCP port on which replication servers listen. AWS DRS User Guide, network requirements: it cannot be changed. */
export const REPLICATION_PORT = 1500

/** The part of a run's options that checks read. Validated at the edge, trusted here. */
export type CheckOptions = {
  readonly region: string | null
  /** Canonical CIDR. */
  readonly stagingSubnet: string | null
  readonly replicationServer: {readonly host: string; readonly port: number} | null
  readonly endpoint: string | null
  readonly s3Endpoint: string | null
  readonly dualstack: boolean
  readonly fips: boolean
  /** As given or from the environment; may carry credentials, so print only through `redactProxy`. */
  readonly proxy: {readonly url: string; readonly from: string} | null
  /** Hosts that bypass the proxy, as in `NO_PROXY`. */
  readonly noProxy: string | null
  /** PEM file with further trusted roots. */
  readonly caBundle: string | null
  /** Per network step, and for the stall detector of downloads. */
  readonly timeoutMs: number
  /** Consent to a systemd unit of this tool's own that repeats a repair at boot, where nobody keeps rules. */
  readonly persistUnit: boolean
  /** Directory to keep the verified installer in; null verifies without storing. */
  readonly outputInstaller: string | null
}
