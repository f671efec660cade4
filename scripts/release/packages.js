import {copyFile, mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fillFolder} from './folder.js'
import {linuxProgram} from './linux.js'
import {run} from './run.js'

const SUMMARY = 'prepares a source server for AWS Elastic Disaster Recovery'
const DESCRIPTION =
  'Tests TCP 443 and 1500, fixes the host firewall with undo, and verifies the AWS Replication Installer.'
const HOMEPAGE = 'https://github.com/drs-onboard/drs-onboard'
const DOCUMENTS = 'usr/share/doc/drs-onboard'

/** For dpkg, from Debian 10 and Ubuntu 20.04 on. Nothing of it runs when it is installed or removed. */
export async function makeDeb(release) {
  const {version, folder, epoch, fast} = release
  const {node, root} = await installedFiles(release, 'deb')
  await copyFile(join(root, DOCUMENTS, 'LICENSE'), join(root, DOCUMENTS, 'copyright'))
  await mkdir(join(root, 'DEBIAN'))
  const size = run(['du', '-sk', '--apparent-size', root]).split('\t')[0]
  await writeFile(
    join(root, 'DEBIAN/control'),
    [
      'Package: drs-onboard',
      `Version: ${version}`,
      'Architecture: amd64',
      'Maintainer: drs-onboard contributors <drs-onboard@users.noreply.github.com>',
      `Installed-Size: ${size}`,
      // As `objdump -p` has it: GLIBC_2.28, CXXABI_1.3.11, GCC_3.4.
      'Depends: libc6 (>= 2.28), libstdc++6 (>= 7), libgcc-s1 | libgcc1',
      'Section: admin',
      'Priority: optional',
      `Homepage: ${HOMEPAGE}`,
      `Description: ${SUMMARY}`,
      ` ${DESCRIPTION}`,
      '',
    ].join('\n'),
  )
  const file = join(folder, `drs-onboard_${version}_amd64.deb`)
  const env = {SOURCE_DATE_EPOCH: String(epoch)}
  run(['dpkg-deb', '--root-owner-group', '-Zxz', fast ? '-z0' : '-z6', '--build', root, file], {env})
  await rm(root, {recursive: true})
  return {nodes: [node]}
}

/** For RPM, from RHEL 8 and SLES 15 SP3 on. What it needs of glibc and the C++ library, rpmbuild reads from the program. */
export async function makeRpm(release) {
  const {version, folder, scratch, epoch, fast} = release
  const {node, root} = await installedFiles(release, 'rpm')
  const spec = join(scratch, 'drs-onboard.spec')
  const lines = [
    'Name: drs-onboard',
    `Version: ${version}`,
    'Release: 1',
    `Summary: ${SUMMARY[0].toUpperCase()}${SUMMARY.slice(1)}`,
    'License: Apache-2.0',
    `URL: ${HOMEPAGE}`,
    'BuildArch: x86_64',
    '%description',
    DESCRIPTION,
    '%install',
    `cp -a ${root}/. %{buildroot}/`,
    '%files',
    '/usr/bin/drs-onboard',
    `%doc /${DOCUMENTS}`,
    '',
  ]
  await writeFile(spec, lines.join('\n'))
  const definitions = {
    _topdir: join(scratch, 'rpmbuild'),
    _rpmdir: folder,
    _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    // Stripping it once more would take the bundle out of the program.
    __strip: '/bin/true',
    __os_install_post: '%{nil}',
    debug_package: '%{nil}',
    _build_id_links: 'none',
    // RHEL 8 reads it.
    _binary_payload: fast ? 'w0.xzdio' : 'w6.xzdio',
    // The same files make the same package.
    _buildhost: 'localhost',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
  }
  const defined = Object.entries(definitions).flatMap(([name, value]) => ['--define', `${name} ${value}`])
  const env = {SOURCE_DATE_EPOCH: String(epoch)}
  run(['rpmbuild', '-bb', '--target', 'x86_64-linux', ...defined, spec], {env, cwd: scratch})
  await rm(root, {recursive: true})
  return {nodes: [node]}
}

/** The files as they are to lie below `/`. */
async function installedFiles(release, name) {
  const {node, program} = await linuxProgram(release)
  const root = join(release.scratch, `${name}-root`)
  await mkdir(join(root, 'usr/bin'), {recursive: true})
  await copyFile(program, join(root, 'usr/bin/drs-onboard'))
  await fillFolder(join(root, DOCUMENTS), release, node, [])
  return {node, root}
}
