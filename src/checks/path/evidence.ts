import type {
  AttemptEvidence,
  CertificateEvidence,
  HttpEvidence,
  PathEvidence,
  TrustEvidence,
} from '../../contract/evidence.ts'
import {serverDate} from '../../platform/network/http.ts'
import type {Attempt} from '../../platform/network/tcp/outcome.ts'
import type {CertificateFacts} from '../../platform/network/tls/certificate.ts'
import type {TrustFacts} from '../../platform/network/tls/secure.ts'
import {scopeOf} from './addresses.ts'
import type {PathReport, PathVerdict} from './judge-path.ts'
import {describeName} from './judge-tls.ts'

type Context = {
  /** Without credentials; null for a direct path. */
  readonly proxy: string | null
  readonly from: string | null
}

const NO_ADDRESSES = {addresses: [], leftOut: 0}

/** The facts of a path. */
export function pathEvidence(report: PathReport, verdict: PathVerdict, {proxy, from}: Context): PathEvidence {
  const {resolution, facts, http} = report
  const {addresses, leftOut = 0} = resolution.kind === 'resolved' ? resolution : NO_ADDRESSES
  return {
    layers: verdict.layers,
    ...(proxy === null ? {} : {proxy}),
    ...(from === null ? {} : {from}),
    ...(resolution.servers?.length ? {nameServers: resolution.servers} : {}),
    ...(addresses.length === 0
      ? {}
      : {addresses: addresses.map(({address}) => address), addressScope: scopeOf(addresses)}),
    ...(leftOut > 0 ? {addressesLeftOut: leftOut} : {}),
    ...(facts ? {attempts: facts.tcp.attempts.map(attemptEvidence)} : {}),
    ...(facts?.tls
      ? {
          tls: {
            verified: facts.tls.kind === 'secured',
            ...(facts.tls.kind === 'secured' ? {version: facts.tls.version} : {error: facts.tls.errno}),
            ...trustEvidence(facts.tls.trust),
            chain: facts.tls.chain.map(certificateEvidence),
          },
        }
      : {}),
    ...(http?.kind === 'answered' ? {http: httpEvidence(http.status, http.headers)} : {}),
  }
}

function trustEvidence({roots, own, caBundleOnly, leftOut}: TrustFacts): TrustEvidence {
  return {
    roots,
    ...(own === null ? {} : {ownRoots: own}),
    ...(caBundleOnly === null ? {} : {caBundleOnly}),
    ...(leftOut.length === 0 ? {} : {leftOut}),
  }
}

export function attemptEvidence({address, outcome, errno, ms}: Attempt): AttemptEvidence {
  return {address, outcome, errno, ms}
}

function certificateEvidence(certificate: CertificateFacts): CertificateEvidence {
  const {subject, issuer, validFrom, validTo, fingerprint} = certificate
  return {
    subject: describeName(subject),
    issuer: describeName(issuer),
    validFrom: isoDate(validFrom),
    validTo: isoDate(validTo),
    fingerprint,
  }
}

/** Headers that tell who answered, for AWS Support and the operator of the device in between. */
const TELLING_HEADERS = [
  'server',
  'via',
  'location',
  'content-type',
  'x-amz-request-id',
  'x-amzn-requestid',
  'x-amz-bucket-region',
]

function httpEvidence(status: number, headers: Readonly<Record<string, string>>): HttpEvidence {
  const telling = TELLING_HEADERS.flatMap(name =>
    headers[name] === undefined ? [] : [[name, headers[name]]],
  )
  const date = serverDate(headers)
  return {status, ...(date === null ? {} : {date: isoDate(date)}), headers: Object.fromEntries(telling)}
}

function isoDate(time: number): string | null {
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}
