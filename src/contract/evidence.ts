import type {CauseCode, Status} from './cause-codes.ts'
import type {Judgement} from './judgement.ts'

export const LAYERS = ['dns', 'tcp', 'proxy', 'tls', 'http'] as const

export type LayerName = (typeof LAYERS)[number]

/** How one layer of a network path answered. */
export type Layer = {
  readonly layer: LayerName
  readonly status: Status
  readonly code: CauseCode
  /** Milliseconds spent in this layer alone. */
  readonly ms: number
  readonly detail: string
}

/** A line of a chain's listing around the rule that decides. */
export type SurroundingRule = {
  /** Number in its chain from 1, or `policy` for what happens at the chain's end. */
  readonly number: number | 'policy'
  readonly text: string
  /** Whether it is the one that the finding is about. */
  readonly decides: boolean
}

type Told = Pick<Judgement, 'verdict' | 'reason'>

/** Rules and measurement contradict each other. */
export type Disagreement = {
  readonly rules: Judgement
  readonly measured: string | null
  /** The command whose output belongs into a bug report. */
  readonly capture: readonly string[]
}

type JudgedRules = {
  readonly judgement: Judgement
  /** The rule that blocks, or on which it depends, between those that stand before and after it in its chain. */
  readonly neighbours?: readonly SurroundingRule[]
  readonly port: number
  /** What was judged: addresses or CIDRs. */
  readonly addresses: readonly string[]
}

/** What the rules of this host make of connections. */
export type FirewallEvidence = JudgedRules & {
  /** The hosts that the addresses are of; none where a proxy is in use. */
  readonly hosts?: readonly string[]
  /** Without credentials. */
  readonly proxy?: string
  /** The same for the way past the proxy. */
  readonly direct?: readonly Told[]
  readonly judgedFor?: readonly string[]
  /** Whose judgement it is, and what the other user is told, where these differ. */
  readonly judgementOf?: string
  readonly otherJudgement?: Judgement
  readonly caveat?: string
  /** Why parts of the rules could not be read. */
  readonly unreadable?: readonly string[]
  readonly slowPrograms?: readonly {
    readonly program: string
    readonly seconds: number
    readonly answered: boolean
  }[]
  readonly disagreement?: Disagreement
}

/** The same for queries to name servers. */
export type NameServerEvidence = JudgedRules & {
  readonly protocol: 'tcp' | 'udp'
  readonly nameServers?: readonly string[]
}

/** Who stops a path, and how that is known. */
export type BlameEvidence = {
  readonly blame?: 'beyond' | 'rule' | 'redirected' | 'measured' | 'undecided'
  /** The query to a name server that it is about. */
  readonly query?: {readonly to: string; readonly port: number; readonly protocol: 'tcp' | 'udp'}
  readonly ownRules?: Told
  /** Of the rule that stops it. */
  readonly judgement?: Judgement
  readonly measured?: {readonly departure: string; readonly detail: string}
  readonly disagreement?: Disagreement
}

export type AttemptEvidence = {
  readonly address: string
  readonly outcome: string
  readonly errno: string | null
  readonly ms: number
}

export type CertificateEvidence = {
  readonly subject: string
  readonly issuer: string
  /** ISO 8601, UTC; null for a date that cannot be read. */
  readonly validFrom: string | null
  readonly validTo: string | null
  /** SHA-256. */
  readonly fingerprint: string
}

/** What a certificate was held against. */
export type TrustEvidence = {
  readonly roots: readonly string[]
  readonly ownRoots?: 'trust' | 'lack' | 'missing'
  readonly caBundleOnly?: string
  readonly leftOut?: readonly string[]
}

export type TlsEvidence = TrustEvidence & {
  readonly verified: boolean
  /** Of TLS, where it was agreed on; else the error. */
  readonly version?: string
  readonly error?: string
  /** From the server's own certificate on. */
  readonly chain: readonly CertificateEvidence[]
}

export type HttpEvidence = {
  readonly status: number
  /** Of the server's clock; null where it cannot be read. */
  readonly date?: string | null
  /** Those that tell who answered. */
  readonly headers: Readonly<Record<string, string>>
}

/** What was measured of a path. */
export type PathEvidence = BlameEvidence & {
  readonly layers: readonly Layer[]
  /** Without credentials. */
  readonly proxy?: string
  /** This host's address on the path. */
  readonly from?: string
  readonly nameServers?: readonly string[]
  readonly addresses?: readonly string[]
  readonly addressScope?: 'public' | 'private' | 'mixed'
  readonly addressesLeftOut?: number
  readonly attempts?: readonly AttemptEvidence[]
  readonly tls?: TlsEvidence
  readonly http?: HttpEvidence
}

/** What came of a way that is not the one in use. */
export type MeasuredWay = {readonly code: CauseCode; readonly detail: string}

/** What stands beside the path to DRS. */
export type SurroundingEvidence = {
  /** The way past the proxy that is in use. */
  readonly direct?: MeasuredWay
  /** Proxies that this run does not use. */
  readonly proxySettings?: readonly {readonly url: string; readonly from: string; readonly isScript?: true}[]
  readonly endpointOnEc2?: true
}

/** What a policy of AWS has to hold. */
export type StatementEvidence = {
  readonly Effect: string
  readonly Principal: {readonly AWS: string}
  readonly Action: string
  readonly Resource: readonly string[]
}

/** An object of S3 that was asked for. */
export type ObjectEvidence = Partial<PathEvidence> & {
  readonly url?: string
  readonly missingStatement?: StatementEvidence
}

/** A download of the agent installer. */
export type InstallerEvidence = ObjectEvidence & {
  readonly bytes: number
  readonly sha512: {readonly expected: string; readonly actual: string | null}
  readonly connections: number
  readonly storedAs: string | null
  /** ISO 8601, UTC; when a person had it kept. */
  readonly verifiedAt?: string
}

/** TCP 1500 as measured; or how to do it where there is no replication server yet. */
export type ReplicationEvidence =
  | (BlameEvidence & Pick<PathEvidence, 'layers' | 'from' | 'attempts'>)
  | {readonly recipe: readonly string[]}

export type OsEvidence = {
  readonly os: string
  readonly osVersion: string
  readonly kernel: string
  readonly arch: string
  readonly tableDate: string
  readonly source: string
  readonly tls12?: 'on' | 'off' | 'default'
  readonly proxies?: readonly string[]
}

export type PrivilegesEvidence = {readonly user: string; readonly sudoInstalled?: boolean}

/** What lies beside a path, and what keeps one from being tested. */
type OtherEvidence =
  | {readonly skewSeconds: number}
  | Pick<TrustEvidence, 'roots' | 'ownRoots'>
  | {readonly proxy: string; readonly from: string}
  | {readonly waitsFor: string}
  | {readonly region: string}
  | {readonly shortage: string}
  | {readonly error: string}

type AnyEvidence =
  | FirewallEvidence
  | NameServerEvidence
  | PathEvidence
  | SurroundingEvidence
  | InstallerEvidence
  | ReplicationEvidence
  | OsEvidence
  | PrivilegesEvidence
  | OtherEvidence

type FactOf<Kind> = Kind extends unknown ? keyof Kind : never
type ValueOf<Kind, Fact> = Kind extends unknown
  ? Fact extends keyof Kind
    ? Exclude<Kind[Fact], undefined>
    : never
  : never

/**
 * The facts that support a finding, as they stand in the JSON of the report: each fact with the type that it has wherever
 * it occurs. A check makes them as one of the kinds above.
 */
export type Evidence = {readonly [Fact in FactOf<AnyEvidence>]?: ValueOf<AnyEvidence, Fact>}

/** The way past the proxy, of a path. */
export function measuredWay({direct}: Evidence): MeasuredWay | null {
  return direct !== undefined && 'code' in direct ? direct : null
}

/** The ways past the proxy, of the rules. */
export function judgedWays({direct}: Evidence): readonly Told[] {
  return direct === undefined || 'code' in direct ? [] : direct
}
