import {createHash} from 'node:crypto'
import {join} from 'node:path'
import tls from 'node:tls'
import {UserError} from '../../../contract/errors.ts'
import {fileErrorClause} from '../../files/file-error.ts'
import {readInput} from '../../files/input.ts'
import {namesIn, readSystemFile} from '../../files/read.ts'

/** Roots to verify a certificate against. */
export type Trust = {
  readonly context: tls.SecureContext
  /** Where they come from, for people: paths of files, `Node.js`, `Windows`. */
  readonly roots: readonly string[]
  /** Whether the host's own roots are among them; null where it is not Linux. */
  readonly hasOwn: boolean | null
  /** The CA bundle, with the fingerprints (as in `CertificateFacts`) of what it alone has. */
  readonly caBundle: {readonly file: string; readonly only: ReadonlySet<string>} | null
}

/** Stated everywhere, so that no option of Node.js or OpenSSL moves them. */
const TLS_VERSIONS = {minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3'} as const

/**
 * Files in which Linux distributions keep the roots for OpenSSL, and directories where there is no such file. The first
 * that has any counts. Source: https://go.dev/src/crypto/x509/root_linux.go
 */
const SYSTEM_ROOTS: Places = {
  files: [
    '/etc/ssl/certs/ca-certificates.crt',
    '/etc/pki/tls/certs/ca-bundle.crt',
    '/etc/ssl/ca-bundle.pem',
    '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    '/etc/ssl/cert.pem',
  ],
  directories: ['/etc/ssl/certs', '/etc/pki/tls/certs'],
}

type Places = {readonly files: readonly string[]; readonly directories: readonly string[]}

type Source = {readonly name: string; readonly pem: readonly string[]}

/** In bytes. All roots that browsers trust make 0.3 MB. */
const BUNDLE_LIMIT = 16 * 1024 * 1024

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g

const known = new Map<string, Promise<Trust>>()

/** Text by path: a pipe can be read only once. */
const bundles = new Map<string, Promise<string>>()

/**
 * The roots that other programs of this host have, and the CA bundle; null where there are none. Where it is not Linux,
 * whose roots take long to read, those that Node.js brings along are in their place. Every root is stated: left to Node.js,
 * they would follow NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and the like, of which a service on this host knows nothing.
 *
 * @throws UserError when the CA bundle cannot be read or contains no certificate.
 */
export async function ownRoots(caBundle: string | null): Promise<Trust | null> {
  const trust = await once('own', caBundle)
  return trust.roots.length === 0 ? null : trust
}

/**
 * The same, those that Node.js brings along, and the operating system's.
 *
 * @throws UserError when the CA bundle cannot be read or contains no certificate.
 */
export function allRoots(caBundle: string | null): Promise<Trust> {
  return once('all', caBundle)
}

type Extent = 'own' | 'all'

function once(extent: Extent, caBundle: string | null): Promise<Trust> {
  const key = `${extent} ${caBundle ?? ''}`
  const loading = known.get(key) ?? load(extent, caBundle)
  known.set(key, loading)
  return loading
}

async function load(extent: Extent, file: string | null): Promise<Trust> {
  const isLinux = process.platform === 'linux'
  const bundle = file === null ? null : {name: file, pem: certificatesOf(await bundleOf(file))}
  const own = isLinux ? await systemRoots() : null
  const others = isLinux
    ? [own, extent === 'all' ? NODE_ROOTS : null]
    : [NODE_ROOTS, extent === 'all' ? readByNode() : null]
  const sources = [...others, bundle].filter(source => source !== null)
  const ca = [...new Set(sources.flatMap(({pem}) => pem))]
  return {
    context: tls.createSecureContext({ca, ...TLS_VERSIONS}),
    roots: sources.map(({name}) => name),
    hasOwn: isLinux ? own !== null : null,
    caBundle: bundle && {file: bundle.name, only: fingerprintsOf(bundle, others)},
  }
}

const NODE_ROOTS: Source = {name: 'Node.js', pem: tls.rootCertificates}

/** Node.js before 22.15 cannot read them. */
function readByNode(): Source | null {
  if (!('getCACertificates' in tls)) return null
  const name = process.platform === 'win32' ? 'Windows' : 'the operating system'
  return {name, pem: tls.getCACertificates('system')}
}

/** The roots of OpenSSL's programs on this host; null where it has none, as without the package ca-certificates. */
async function systemRoots(places = SYSTEM_ROOTS): Promise<Source | null> {
  for (const file of places.files) {
    const pem = await certificatesIn(file)
    if (pem.length > 0) return {name: file, pem}
  }
  for (const directory of places.directories) {
    const names = await namesIn(directory)
    const pem = (await Promise.all(names.map(name => certificatesIn(join(directory, name))))).flat()
    if (pem.length > 0) return {name: directory, pem: [...new Set(pem)]}
  }
  return null
}

async function certificatesIn(file: string): Promise<readonly string[]> {
  const text = await readSystemFile(file, {limit: BUNDLE_LIMIT}).catch(() => '')
  return certificatesOf(text)
}

function certificatesOf(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? []
}

function fingerprintsOf({pem}: Source, others: readonly (Source | null)[]): ReadonlySet<string> {
  const elsewhere = new Set(others.flatMap(source => source?.pem ?? []).map(fingerprint))
  return new Set(pem.map(fingerprint).filter(each => !elsewhere.has(each)))
}

/** Of a certificate in PEM, as Node.js writes it: SHA-256 of the DER form, colon-separated. */
function fingerprint(pem: string): string {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64')
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase()
  return digest.replace(/..(?=.)/g, '$&:')
}

function bundleOf(path: string): Promise<string> {
  const reading = bundles.get(path) ?? readBundle(path)
  bundles.set(path, reading)
  return reading
}

async function readBundle(path: string): Promise<string> {
  const bytes = await readInput(path, BUNDLE_LIMIT).catch((error: unknown) => {
    throw new UserError(
      `The CA bundle ${path} cannot be read (${fileErrorClause(error)}): use a PEM file for --ca-bundle.`,
      undefined,
      {cause: error},
    )
  })
  const pem = bytes.toString('utf8')
  try {
    tls.createSecureContext({ca: pem})
  } catch {
    throw new UserError(`The CA bundle ${path} is damaged: use a PEM file for --ca-bundle.`)
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UserError(`The CA bundle ${path} contains no certificate: use a PEM file for --ca-bundle.`)
  }
  return pem
}
