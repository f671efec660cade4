import type {CauseCode} from '../../contract/cause-codes.ts'
import type {CertificateFacts} from '../../platform/network/certificate.ts'
import type {NotSecured, Secured, TrustFacts} from '../../platform/network/tls.ts'
import {describeName, foreignIssuer} from './amazon-chain.ts'
import {describeSkew, isSkewed} from './clock.ts'

export type LayerVerdict = {readonly code: CauseCode; readonly detail: string}

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
