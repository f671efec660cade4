import {readFile} from 'node:fs/promises'
import {bundledPackages} from '../licences.js'

/**
 * A software bill of materials: every package that a file of the bundle is from, and what else is in the artefacts. `npm sbom`
 * goes by package.json, where they are all development dependencies, and lists none of them.
 * https://cyclonedx.org/docs/1.6/json/
 *
 * @param nodes packages of Node.js, as in node-binary.js
 * @param libraries packages of Debian: name, version, SHA-256
 */
export async function billOfMaterials(version, metafile, nodes, libraries) {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')).packages
  const bundled = await bundledPackages(Object.keys(metafile.inputs))
  const packages = bundled.map(({folder, name, version, license}) =>
    library(name, version, license, lock[folder]?.integrity),
  )
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {component: library('drs-onboard', version, 'Apache-2.0', undefined, 'application')},
    components: [
      ...nodes.map(({name, version, integrity}) => library(name, version, 'MIT', integrity, 'platform')),
      ...packages,
      ...libraries.map(fromDebian),
    ],
  }
}

function library(name, version, license, integrity, type = 'library') {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  const [, digest] = /^sha512-(.+)$/.exec(integrity ?? '') ?? []
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license ? {licenses: [/ /.test(license) ? {expression: license} : {license: {id: license}}]} : {}),
    ...(digest ? {hashes: [{alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex')}]} : {}),
  }
}

function fromDebian({name, version, sha256}) {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${version}?arch=amd64`
  const licenses = [{expression: 'GPL-3.0-or-later WITH GCC-exception-3.1'}]
  const hashes = [{alg: 'SHA-256', content: sha256}]
  return {type: 'library', 'bom-ref': purl, name, version, purl, licenses, hashes}
}
