import {readFile} from 'node:fs/promises'
import tls from 'node:tls'
import {UserError} from '../../errors.ts'
import {errorCode} from './wait.ts'

/** `usual`: Node's bundled roots, NODE_EXTRA_CA_CERTS and the CA bundle. `whole`: the operating system's roots too. */
export type TrustStore = 'usual' | 'whole'

const MIN_TLS = 'TLSv1.2'

const stores = new Map<string, Promise<tls.SecureContext>>()

/**
 * The roots that a certificate is verified against. The operating system's roots take a tenth of a second to read, and
 * Amazon's roots are in the bundled ones, so they come in only when a chain does not verify without them.
 *
 * @throws UserError when the CA bundle cannot be read or holds no certificate.
 */
export function trustStore(store: TrustStore, caBundle: string | null): Promise<tls.SecureContext> {
  const key = `${store} ${caBundle ?? ''}`
  const known = stores.get(key)
  if (known) return known
  const loading = load(store, caBundle)
  stores.set(key, loading)
  return loading
}

async function load(store: TrustStore, caBundle: string | null): Promise<tls.SecureContext> {
  if (store === 'usual' && caBundle === null) return tls.createSecureContext({minVersion: MIN_TLS})
  const own = caBundle === null ? [] : [await readBundle(caBundle)]
  const roots = new Set([
    ...systemRoots('default'),
    ...(store === 'whole' ? systemRoots('system') : []),
    ...own,
  ])
  return tls.createSecureContext({ca: [...roots], minVersion: MIN_TLS})
}

/** Node before 22.15 offers only its bundled roots. */
function systemRoots(type: 'default' | 'system'): readonly string[] {
  if ('getCACertificates' in tls) return tls.getCACertificates(type)
  return type === 'default' ? (tls as {rootCertificates: readonly string[]}).rootCertificates : []
}

async function readBundle(path: string): Promise<string> {
  const pem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new UserError(
      `The CA bundle ${path} cannot be read (${errorCode(error)}): give --ca-bundle a PEM file.`,
    )
  })
  try {
    tls.createSecureContext({ca: pem})
  } catch {
    throw new UserError(`The CA bundle ${path} is damaged: give --ca-bundle a PEM file.`)
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UserError(`The CA bundle ${path} holds no certificate: give --ca-bundle a PEM file.`)
  }
  return pem
}
