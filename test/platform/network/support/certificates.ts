import {execFileSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'

export type Authority = {readonly certFile: string; readonly keyFile: string; readonly pem: string}
export type KeyPair = {readonly cert: string; readonly key: string}

type Leaf = {
  readonly names: readonly string[]
  /** Years from now. */
  readonly from?: number
  readonly to?: number
}

/** Certificates made by openssl for one test file; `remove` deletes them all. */
export class Certificates {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'drs-onboard-certificates-'))
  #serial = 0

  /** A root, or with `signer` an authority below it. */
  authority(organization: string, commonName: string, signer?: Authority): Authority {
    const {certFile, keyFile} = this.#certify(`/O=${organization}/CN=${commonName}`, 'ca', [], signer, -1, 5)
    return {certFile, keyFile, pem: readFileSync(certFile, 'utf8')}
  }

  leaf(signer: Authority, {names, from = -1, to = 1}: Leaf): KeyPair {
    const {certFile, keyFile} = this.#certify(`/CN=${names[0]}`, 'leaf', names, signer, from, to)
    return {cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8')}
  }

  /** What an authority's file holds. */
  pemOf({certFile}: Authority): string {
    return readFileSync(certFile, 'utf8')
  }

  remove(): void {
    rmSync(this.directory, {recursive: true})
  }

  #certify(
    subject: string,
    kind: 'ca' | 'leaf',
    names: readonly string[],
    signer: Authority | undefined,
    from: number,
    to: number,
  ): {certFile: string; keyFile: string} {
    this.#serial += 1
    const file = (suffix: string) => path.join(this.directory, `${this.#serial}${suffix}`)
    const [keyFile, requestFile, certFile, config] = [file('.key'), file('.csr'), file('.pem'), file('.cnf')]
    writeFileSync(file('.index'), '')
    writeFileSync(file('.serial'), this.#serial.toString(16).padStart(4, '0'))
    writeFileSync(config, configuration(file(''), kind, names))
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', keyFile)
    openssl('req', '-new', '-config', config, '-key', keyFile, '-subj', subject, '-out', requestFile)
    const issuer = signer
      ? ['-cert', signer.certFile, '-keyfile', signer.keyFile]
      : ['-selfsign', '-keyfile', keyFile]
    const validity = ['-startdate', asn1Time(from), '-enddate', asn1Time(to)]
    const common = ['-batch', '-notext', '-config', config, '-in', requestFile, '-out', certFile]
    openssl('ca', ...common, '-outdir', this.directory, ...issuer, ...validity)
    return {certFile, keyFile}
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, {stdio: ['ignore', 'ignore', 'pipe']})
}

function asn1Time(yearsFromNow: number): string {
  const date = new Date(Date.now() + yearsFromNow * 365 * 24 * 3600 * 1000)
  return `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
}

function configuration(prefix: string, kind: 'ca' | 'leaf', names: readonly string[]): string {
  const alternatives = names.map(name => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',')
  const extensions =
    kind === 'ca'
      ? 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign'
      : `basicConstraints=CA:FALSE\nsubjectAltName=${alternatives}`
  return `
[req]
distinguished_name = name
prompt = no
[name]
[ca]
default_ca = authority
[authority]
database = ${prefix}.index
serial = ${prefix}.serial
default_md = sha256
policy = any
unique_subject = no
x509_extensions = extensions
[any]
organizationName = optional
commonName = supplied
[extensions]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
${extensions}
`
}
