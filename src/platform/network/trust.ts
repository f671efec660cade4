import tls from 'node:tls'
import {UserError} from '../../errors.ts'
import {fileErrorClause} from '../files/file-error.ts'
import {readInput} from '../files/input.ts'

/** `usual`: Node's bundled roots, NODE_EXTRA_CA_CERTS and the CA bundle. `whole`: the operating system's roots too. */
export type TrustStore = 'usual' | 'whole'

const MIN_TLS = 'TLSv1.2'

/** In bytes. All roots that browsers trust make 0.3 MB. */
const BUNDLE_LIMIT = 16 * 1024 * 1024

const stores = new Map<string, Promise<tls.SecureContext>>()

/** Text by path: a pipe can be read only once. */
const bundles = new Map<string, Promise<string>>()

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
  const own = caBundle === null ? [] : [await bundleOf(caBundle)]
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

function bundleOf(path: string): Promise<string> {
  const reading = bundles.get(path) ?? readBundle(path)
  bundles.set(path, reading)
  return reading
}

async function readBundle(path: string): Promise<string> {
  const bytes = await readInput(path, BUNDLE_LIMIT).catch((error: unknown) => {
    throw new UserError(
      `The CA bundle ${path} cannot be read (${fileErrorClause(error)}): give --ca-bundle a PEM file.`,
      undefined,
      {cause: error},
    )
  })
  const pem = bytes.toString('utf8')
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
