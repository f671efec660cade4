import type {CertificateFacts, DistinguishedName} from '../../platform/network/certificate.ts'

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
export function foreignIssuer(chain: readonly CertificateFacts[]): DistinguishedName | undefined {
  return chain.map(({issuer}) => issuer).find(({organization}) => !AMAZON.has(organization ?? ''))
}

/** `Common Name (Organisation)`, as far as the certificate says. */
export function describeName({commonName, organization}: DistinguishedName): string {
  if (commonName && organization && commonName !== organization) return `${commonName} (${organization})`
  return commonName ?? organization ?? 'an unnamed issuer'
}
