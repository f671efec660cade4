import {execFile} from 'node:child_process'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)

/** PEM texts that a TLS server presents. */
export type ServerCertificate = {readonly key: string; readonly chain: string}

export type Certificates = {
  /** Path of the root that a client has to trust. */
  readonly caFile: string
  /** Path of the root behind `intercepted`, as a company's inspection device would have one. */
  readonly interceptionCaFile: string
  readonly server: {
    /** Leaf and intermediate, both issued by "Amazon". */
    readonly amazon: ServerCertificate
    /** The same leaf without its intermediate. */
    readonly incomplete: ServerCertificate
    /** For the same names, issued by a company's inspection device. */
    readonly intercepted: ServerCertificate
  }
}

/** The S3 interface endpoint of the lab: its certificate is made out to this name, as AWS's are. */
export const VPC_ENDPOINT = 'vpce-0123456789abcdef0-abcdefgh'

/** Names of a Region that the stand-in for AWS answers to. */
export function certificateNames(region: string): string[] {
  return [
    `*.${region}.amazonaws.com`,
    `*.s3.${region}.amazonaws.com`,
    `s3.${region}.amazonaws.com`,
    `*.s3.dualstack.${region}.amazonaws.com`,
    '*.s3.amazonaws.com',
    `*.${region}.api.aws`,
    `*.drs.${region}.vpce.amazonaws.com`,
    `*.s3.${region}.vpce.amazonaws.com`,
    `*.bucket.${VPC_ENDPOINT}.s3.${region}.vpce.amazonaws.com`,
  ]
}

/** Makes private certificate authorities and server certificates with openssl, as files in `directory`. */
export async function makeCertificates(directory: string, names: readonly string[]): Promise<Certificates> {
  const [amazon, company] = await Promise.all([
    (async () => {
      const root = await issue(directory, 'ca', '/C=US/O=Amazon/CN=Amazon Root CA 1', AUTHORITY, null)
      const name = '/C=US/O=Amazon/CN=Amazon RSA 2048 M04'
      const intermediate = await issue(directory, 'intermediate', name, AUTHORITY, root)
      return {
        intermediate,
        leaf: await issue(directory, 'server', '/CN=amazonaws.com', leaf(names), intermediate),
      }
    })(),
    (async () => {
      const name = '/O=Example Corp/CN=Example Corp TLS Inspection'
      const root = await issue(directory, 'interception-ca', name, AUTHORITY, null)
      return issue(directory, 'intercepted', '/CN=amazonaws.com', leaf(names), root)
    })(),
  ])
  const [key, certificate, intermediate, interceptedKey, intercepted] = await Promise.all(
    [
      `${amazon.leaf}.key`,
      `${amazon.leaf}.pem`,
      `${amazon.intermediate}.pem`,
      `${company}.key`,
      `${company}.pem`,
    ].map(file => readFile(file, 'utf8')),
  )
  if (!key || !certificate || !intermediate || !interceptedKey || !intercepted) {
    throw new Error(`openssl left an empty file in ${directory}.`)
  }
  return {
    caFile: join(directory, 'ca.pem'),
    interceptionCaFile: join(directory, 'interception-ca.pem'),
    server: {
      amazon: {key, chain: certificate + intermediate},
      incomplete: {key, chain: certificate},
      intercepted: {key: interceptedKey, chain: intercepted},
    },
  }
}

const AUTHORITY = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']

const leaf = (names: readonly string[]): string[] => [
  'basicConstraints=critical,CA:FALSE',
  'extendedKeyUsage=serverAuth',
  `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`,
]

/** Writes `name`.key and `name`.pem; signed by `issuer` (the path of its files without suffix), or self-signed. */
async function issue(
  directory: string,
  name: string,
  subject: string,
  extensions: readonly string[],
  issuer: string | null,
): Promise<string> {
  const path = join(directory, name)
  const signer = issuer === null ? [] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`]
  await writeFile(`${path}.cnf`, '[req]\ndistinguished_name=name\n[name]\n')
  await run('openssl', [
    ...['req', '-x509', '-config', `${path}.cnf`, '-subj', subject, '-days', '30', '-sha256', '-nodes'],
    ...[
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-keyout',
      `${path}.key`,
      '-out',
      `${path}.pem`,
    ],
    ...extensions.flatMap(extension => ['-addext', extension]),
    ...signer,
  ])
  return path
}
