import type {Certificate, DetailedPeerCertificate, TLSSocket} from 'node:tls'

export type DistinguishedName = {readonly commonName: string | null; readonly organization: string | null}

export type CertificateFacts = {
  readonly subject: DistinguishedName
  readonly issuer: DistinguishedName
  /** Host names that the certificate is made out to. */
  readonly names: readonly string[]
  /** Milliseconds since epoch. */
  readonly validFrom: number
  readonly validTo: number
  /** SHA-256 of the DER form, as colon-separated hexadecimal digits. */
  readonly fingerprint: string
}

/** More than any real chain has; the server decides how many it sends. */
const MAX_CHAIN = 10

/** The peer's chain from the leaf on: as sent, completed from the trusted roots. Empty when none was sent. */
export function peerChain(socket: TLSSocket): readonly CertificateFacts[] {
  const chain: CertificateFacts[] = []
  const seen = new Set<string>()
  let next: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (next && isPresent(next) && !seen.has(next.fingerprint256) && chain.length < MAX_CHAIN) {
    seen.add(next.fingerprint256)
    chain.push(factsOf(next))
    next = next.issuerCertificate
  }
  return chain
}

/** Node gives an empty object where there is no certificate. */
function isPresent(certificate: Partial<DetailedPeerCertificate>): certificate is DetailedPeerCertificate {
  return certificate.fingerprint256 !== undefined
}

function factsOf(certificate: DetailedPeerCertificate): CertificateFacts {
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    names: (certificate.subjectaltname ?? '')
      .split(', ')
      .flatMap(name => (name.startsWith('DNS:') ? [name.slice('DNS:'.length)] : [])),
    validFrom: Date.parse(certificate.valid_from),
    validTo: Date.parse(certificate.valid_to),
    fingerprint: certificate.fingerprint256,
  }
}

function nameOf(name: Certificate | undefined): DistinguishedName {
  return {commonName: first(name?.CN), organization: first(name?.O)}
}

/** An attribute that occurs more than once is an array, whatever the types say. */
function first(value: string | readonly string[] | undefined): string | null {
  return (typeof value === 'string' ? value : value?.[0]) ?? null
}
