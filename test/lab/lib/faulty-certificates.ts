import {type Authority, Certificates} from '../../platform/network/support/certificates.ts'
import type {ServerCertificate} from './certificates.ts'

/** Certificates that no client should accept, or only with a reservation. */
export type FaultyCertificates = {
  readonly expired: ServerCertificate
  readonly notYetValid: ServerCertificate
  /** Issued by "Amazon", for a name of somebody else. */
  readonly otherName: ServerCertificate
  /** From a root that calls itself Amazon's, and that nobody trusts. */
  readonly unknownRoot: ServerCertificate
  /** In order, and made out to 10,000 names besides. */
  readonly manyNames: ServerCertificate
}

const MANY = 10_000

/** Makes them with openssl, below the intermediate authority of a lab (the path of its files without suffix). */
export function makeFaultyCertificates(intermediate: string, names: readonly string[]): FaultyCertificates {
  const certificates = new Certificates()
  const amazon: Authority = {certFile: `${intermediate}.pem`, keyFile: `${intermediate}.key`, pem: ''}
  const amazonPem = certificates.pemOf(amazon)
  const issue = (validity: {from?: number; to?: number}, made: readonly string[] = names) => {
    const {cert, key} = certificates.leaf(amazon, {names: made, ...validity})
    return {key, chain: cert + amazonPem}
  }
  try {
    const stranger = certificates.authority('Amazon', 'Amazon Root CA 9')
    const strange = certificates.leaf(stranger, {names})
    return {
      expired: issue({from: -2, to: -1}),
      notYetValid: issue({from: 1, to: 2}),
      otherName: issue({}, ['portal.example.com']),
      unknownRoot: {key: strange.key, chain: strange.cert + stranger.pem},
      manyNames: issue({}, [...names, ...Array.from({length: MANY}, (_, at) => `host-${at}.example.com`)]),
    }
  } finally {
    certificates.remove()
  }
}
