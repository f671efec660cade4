import type {CauseCode} from '../../contract/cause-codes.ts'
import {serverDate} from '../../platform/network/http.ts'
import type {CertificateFacts, DistinguishedName} from '../../platform/network/tls/certificate.ts'
import type {NotSecured, Secured, TrustFacts} from '../../platform/network/tls/secure.ts'

type LayerVerdict = {readonly code: CauseCode; readonly detail: string}

/**
 * What a handshake means. Interception comes first: a chain that is not Amazon's explains every other fault it has,
 * and counts whether or not a local CA makes this host trust it.
 *
 * @param amazonOnly false where it is not known who signs for the partition.
 */
export function judgeTls(tls: Secured | NotSecured, amazonOnly: boolean, now: number): LayerVerdict {
  const foreign = amazonOnly ? foreignIssuer(tls.chain) : undefined
  if (foreign) {
    return {code: 'tls.intercepted', detail: `issued by ${describeName(foreign)}, ${describeTrust(tls)}`}
  }
  if (tls.kind === 'secured') return {code: 'ok', detail: describeSession(tls)}
  switch (tls.failure) {
    case 'timeout':
      return {code: 'tls.timeout', detail: 'no answer to the handshake'}
    case 'reset':
      return {code: 'tls.reset', detail: `the connection was closed during the handshake (${tls.errno})`}
    case 'protocol':
      return {code: 'tls.protocol', detail: `no TLS 1.2 or later in common (${tls.errno})`}
    case 'rejected':
      return judgeRejection(tls, now)
  }
}

function describeTrust({kind, trust}: Secured | NotSecured): string {
  if (kind === 'failed') return `which this server does not trust${describeLeftOut(trust)}`
  return trust.caBundleOnly === null ? 'which this server trusts' : `which only ${trust.caBundleOnly} trusts`
}

/** Nobody should wonder why roots that were given here did not count. */
function describeLeftOut({leftOut}: TrustFacts): string {
  if (leftOut.length === 0) return ''
  const [verb, them] = leftOut.length === 1 ? ['is', 'it'] : ['are', 'them']
  return `; ${leftOut.join(', ')} ${verb} set but not used, because the AWS Replication Agent ignores ${them}`
}

function judgeRejection({errno, chain, trust, serverDate}: NotSecured, now: number): LayerVerdict {
  const leaf = chain[0]
  switch (errno) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID': {
      const skew = serverDate === null ? null : now - serverDate
      if (isSkewed(skew)) return {code: 'clock.skew', detail: `this clock is ${describeSkew(skew)}`}
      const expired = errno === 'CERT_HAS_EXPIRED'
      const date = outOfDate(chain, now, expired)
      return {
        code: expired ? 'tls.expired' : 'tls.not-yet-valid',
        detail: `${expired ? 'expired' : 'not valid before'}${date === null ? '' : ` ${new Date(date).toISOString()}`}`,
      }
    }
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'ERR_TLS_CERT_ALTNAME_FORMAT':
    case 'HOSTNAME_MISMATCH':
      return {code: 'tls.name-mismatch', detail: `issued to ${leaf ? describeNames(leaf) : 'another name'}`}
    default:
      return {
        code: 'tls.untrusted',
        detail: `${leaf ? `issued by ${describeName(leaf.issuer)}, ` : ''}${errno}${describeOwn(trust)}${describeLeftOut(trust)}`,
      }
  }
}

function describeOwn({own}: TrustFacts): string {
  return own === 'missing'
    ? '; this server has no CA certificates: the package ca-certificates is missing'
    : ''
}

/** The date that a certificate of the chain has passed, or has not yet come to. */
function outOfDate(chain: readonly CertificateFacts[], now: number, expired: boolean): number | null {
  const faulty = chain.find(({validFrom, validTo}) => (expired ? validTo < now : validFrom > now))
  return faulty ? (expired ? faulty.validTo : faulty.validFrom) : null
}

function describeSession({version, chain, trust}: Secured): string {
  const leaf = chain[0]
  const through = trust.caBundleOnly === null ? '' : `, trusted only by ${trust.caBundleOnly}`
  return `${version}${leaf ? `, issued by ${describeName(leaf.issuer)}` : ''}${through}`
}

const NAMES_SHOWN = 3

function describeNames({names, subject}: CertificateFacts): string {
  const shown = names.length > 0 ? names.slice(0, NAMES_SHOWN) : [describeName(subject)]
  return `${shown.join(', ')}${names.length > NAMES_SHOWN ? ', …' : ''}`
}

/**
 * Organisations in the certificates of Amazon Trust Services, which signs for AWS's endpoints; Starfield's root
 * cross-signs Amazon's. Source: https://www.amazontrust.com/repository/
 */
const AMAZON = new Set([
  'Amazon',
  'Amazon.com, Inc.',
  'Amazon Web Services, Inc.',
  'Starfield Technologies, Inc.',
])

/** The first certificate of a chain that Amazon did not issue; undefined for a chain that is Amazon's throughout. */
function foreignIssuer(chain: readonly CertificateFacts[]): DistinguishedName | undefined {
  return chain.map(({issuer}) => issuer).find(({organization}) => !AMAZON.has(organization ?? ''))
}

/** `Common Name (Organisation)`, as far as the certificate says. */
export function describeName({commonName, organization}: DistinguishedName): string {
  if (commonName && organization && commonName !== organization) return `${commonName} (${organization})`
  return commonName ?? organization ?? 'an unnamed issuer'
}

/** AWS refuses requests that are signed by a clock further off, and certificates begin to fail. */
const MAX_SKEW_MS = 5 * 60 * 1_000

/** How far this clock is ahead of a server's, in milliseconds; negative when it is behind, null when unknown. */
export function clockSkew(answer: {
  readonly headers: Readonly<Record<string, string>>
  readonly receivedAt: number
}): number | null {
  const date = serverDate(answer.headers)
  return date === null ? null : answer.receivedAt - date
}

export function isSkewed(skewMs: number | null): skewMs is number {
  return skewMs !== null && Math.abs(skewMs) > MAX_SKEW_MS
}

/** `7 minutes behind`, `3 days ahead`. */
export function describeSkew(skewMs: number): string {
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 2_880
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'} ${skewMs < 0 ? 'behind' : 'ahead'}`
}
