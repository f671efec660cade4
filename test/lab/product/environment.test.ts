import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {SYSTEM_PATH} from '../lib/tools.ts'
import {PROXY} from '../lib/topology.ts'
import {REGION} from './path-cases.ts'
import {codesOf, findingsFor, reportOf} from './report.ts'

const RUN = ['check', '--region', REGION, '--timeout', '3', '--json']
const PATHS = ['--only', 'drs-endpoint,s3-buckets,installer-download']

/** Turns off verification in every connection that is made after it was loaded. */
const NO_VERIFICATION = `const tls = require('node:tls')
const {connect} = tls
tls.connect = (options, ...more) => connect({...options, rejectUnauthorized: false}, ...more)
`

/** OpenSSL's own settings, as weak as they go. */
const WEAK_OPENSSL = `nodejs_conf = start
[start]
ssl_conf = ssl
[ssl]
system_default = weak
[weak]
MinProtocol = TLSv1
CipherString = ALL:@SECLEVEL=0
`

describeLab('the environment of a run', () => {
  let lab: Lab
  let at: (name: string) => string

  beforeAll(async () => {
    lab = await startLab()
    at = name => join(lab.directory, name)
    await Promise.all([
      writeFile(at('no-verification.cjs'), NO_VERIFICATION),
      writeFile(at('weak.cnf'), WEAK_OPENSSL),
      mkdir(at('hashed')),
      mkdir(at('kept')),
    ])
    const hash = (await lab.source.must(['openssl', 'x509', '-hash', '-noout', '-in', at('ca.pem')])).trim()
    await lab.source.must(['cp', at('ca.pem'), at(`hashed/${hash}.0`)])
  })
  afterAll(() => lab?.stop())
  afterEach(() => lab.setFaults({}))

  type Variables = Readonly<Record<string, string>>

  /** The lab's authority calls itself Amazon, and nobody trusts it: none is named by `AWS_CA_BUNDLE`. */
  const runWith = (variables: Variables, ...args: readonly string[]) =>
    lab.source.drsOnboard([...RUN, ...(args.length > 0 ? args : PATHS)], {
      env: {AWS_CA_BUNDLE: '', ...variables},
    })

  describe('does not make a forged certificate valid:', () => {
    test.each<[string, (ca: string) => Variables]>([
      ['none of these set', () => ({})],
      ['NODE_EXTRA_CA_CERTS', ca => ({NODE_EXTRA_CA_CERTS: ca})],
      ['NODE_TLS_REJECT_UNAUTHORIZED', () => ({NODE_TLS_REJECT_UNAUTHORIZED: '0'})],
      ['SSL_CERT_FILE', ca => ({SSL_CERT_FILE: ca})],
      ["SSL_CERT_FILE, OpenSSL's store", ca => ({NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: ca})],
      ["SSL_CERT_FILE, the system's store", ca => ({NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: ca})],
      ['SSL_CERT_FILE, NODE_USE_SYSTEM_CA', ca => ({NODE_USE_SYSTEM_CA: '1', SSL_CERT_FILE: ca})],
      ['SSL_CERT_DIR', () => ({NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_DIR: at('hashed')})],
      ['a preloaded module', () => ({NODE_OPTIONS: `--require=${at('no-verification.cjs')}`})],
      [
        'all at once',
        ca => ({
          NODE_OPTIONS: `--require=${at('no-verification.cjs')} --use-openssl-ca`,
          NODE_EXTRA_CA_CERTS: ca,
          NODE_TLS_REJECT_UNAUTHORIZED: '0',
          SSL_CERT_FILE: ca,
          SSL_CERT_DIR: at('hashed'),
          OPENSSL_CONF: at('weak.cnf'),
          DRS_ONBOARD_LEFT_OUT: '',
        }),
      ],
    ])('%s', async (_name, variables) => {
      const set = variables(lab.certificates.caFile)
      const result = await runWith(set, ...PATHS, '--output-installer', at('kept'))
      const report = reportOf(result)
      expect(codesOf(report)).toEqual([
        'drs-endpoint: fail tls.untrusted',
        's3-buckets: fail tls.untrusted',
        's3-buckets: warn tls.untrusted',
        'installer-download: skip tls.untrusted',
      ])
      const [drs] = findingsFor(report, 'drs-endpoint')
      for (const name of Object.keys(set)) {
        if (name !== 'DRS_ONBOARD_LEFT_OUT') expect(drs?.summary).toContain(name)
      }
      expect(result.stderr).not.toMatch(/warning/i)
      expect(await readdir(at('kept'))).toEqual([])
      expect(result.code).toBe(3)
    })
  })

  describe('does not make an old version of TLS good enough:', () => {
    beforeEach(() => lab.setFaults({connection: 'old-tls'}))

    test.each<[string, () => Variables]>([
      ['NODE_OPTIONS', () => ({NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=ALL:@SECLEVEL=0'})],
      ['OPENSSL_CONF', () => ({OPENSSL_CONF: at('weak.cnf')})],
      ['both', () => ({NODE_OPTIONS: `--openssl-config=${at('weak.cnf')} --tls-min-v1.0`})],
    ])('%s', async (_name, variables) => {
      const report = reportOf(await runWith(variables(), '--only', 'drs-endpoint'))
      expect(codesOf(report)).toEqual(['drs-endpoint: fail tls.protocol'])
    })
  })

  describe('does not print credentials:', () => {
    beforeAll(() => lab.startProxy({credentials: {user: 'ops', password: 'pa55-w0rd'}}))

    test.each([
      {NODE_DEBUG: 'http,https,net,tls,stream'},
      {NODE_OPTIONS: '--trace-tls --trace-warnings'},
      {NODE_DEBUG: '*', NODE_REDIRECT_WARNINGS: '/tmp/none/warnings'},
    ])('%j', async variables => {
      const result = await lab.source.drsOnboard([...RUN, '--only', 'drs-endpoint'], {
        env: {...variables, https_proxy: `http://ops:pa55-w0rd@${PROXY.ipv4}:3128/`},
      })
      expect(codesOf(reportOf(result))).toEqual(['drs-endpoint: pass ok'])
      const printed = result.stdout + result.stderr
      for (const secret of ['pa55-w0rd', Buffer.from('ops:pa55-w0rd').toString('base64')])
        expect(printed).not.toContain(secret)
      // Node.js reports modules before the first line of this program runs.
      expect(result.stderr).not.toMatch(/^(HTTPS?|NET|STREAM|TLS) \d+:|TLS_|ClientHello/m)
    })
  })

  test.each([
    {RES_OPTIONS: 'timeout:30 attempts:5 use-vc'},
    {LOCALDOMAIN: 'nowhere.example', RES_OPTIONS: 'ndots:15'},
    {HOSTALIASES: '/dev/zero', CARES_HOSTS: '/dev/zero'},
    {UV_THREADPOOL_SIZE: '1', NODE_NO_WARNINGS: '1', NODE_PATH: '/tmp', NODE_ENV: 'test'},
  ])('changes no look-up: %j', async variables => {
    await lab.router.firewall.iptables('-A', 'FORWARD', '-p', 'tcp', '--dport', '53', '-j', 'DROP')
    const result = await lab.source.drsOnboard([...RUN, '--only', 'drs-endpoint'], {env: variables})
    await lab.router.firewall.iptables('-F', 'FORWARD')
    expect(codesOf(reportOf(result))).toEqual(['drs-endpoint: pass ok'])
  })

  describe('its PATH', () => {
    const PROGRAMS = ['nft', 'iptables-nft-save', 'iptables-legacy-save', 'ip', 'getent', 'ss', 'sysctl']
    const planted = () => at('planted')

    /** A directory with programs that say that they were run. */
    async function plant(name: string, mode: string, owner = '0'): Promise<string> {
      const directory = at(name)
      await mkdir(directory, {recursive: true})
      for (const program of PROGRAMS) {
        const script = `#!/bin/sh\necho ${program} >> ${planted()}\nexit 1\n`
        await writeFile(join(directory, program), script, {mode: 0o755})
      }
      await lab.source.must(['chown', owner, directory])
      await lab.source.must(['chmod', mode, directory])
      return directory
    }

    const runOn = async (path: string) => {
      await lab.source.must(['rm', '-f', planted()])
      const program = lab.source.drsOnboardArgv([...RUN, '--only', 'firewall-443,drs-endpoint'])
      const result = await lab.source.run(['/usr/bin/env', `PATH=${path}`, ...program], {
        workingDirectory: at('here'),
      })
      const ran = await lab.source.run(['cat', planted()])
      return {ran: ran.stdout, codes: codesOf(reportOf(result))}
    }

    beforeAll(() => plant('here', '0755'))

    test.each(['.', '', './', '../here', 'sub/..', '.:', ':.:', '~'])(
      'is not searched below the current directory: %j',
      async entry => {
        const {ran, codes} = await runOn(`${entry}:${SYSTEM_PATH}`)
        expect(ran).toBe('')
        expect(codes).toEqual(['firewall-443: pass ok', 'drs-endpoint: pass ok'])
      },
    )

    test('is searched where root alone can write', async () => {
      expect((await runOn(`${await plant('sound', '0755')}:${SYSTEM_PATH}`)).ran).toContain('nft')
    })

    test('is not searched where everybody can write', async () => {
      expect((await runOn(`${await plant('open', '0777')}:${SYSTEM_PATH}`)).ran).toBe('')
    })

    test('is not searched where everybody can write, if only what is his own', async () => {
      expect((await runOn(`${await plant('sticky', '1777')}:${SYSTEM_PATH}`)).ran).toBe('')
    })

    test('is not searched below what everybody can rename', async () => {
      await plant('parent', '0777')
      expect((await runOn(`${await plant('parent/child', '0755')}:${SYSTEM_PATH}`)).ran).toBe('')
    })

    test('is not searched through a link to such a directory', async () => {
      await lab.source.must(['ln', '-sfn', await plant('open', '0777'), at('link')])
      expect((await runOn(`${at('link')}:${SYSTEM_PATH}`)).ran).toBe('')
    })

    test.runIf(process.getuid?.() === 0)("is not searched in another user's directory", async () => {
      expect((await runOn(`${await plant('theirs', '0755', '1000')}:${SYSTEM_PATH}`)).ran).toBe('')
    })

    test('is completed where it is empty', async () => {
      expect((await runOn('')).codes).toEqual(['firewall-443: pass ok', 'drs-endpoint: pass ok'])
    })
  })

  test('reaches no program that it runs', async () => {
    const [seen, tools] = [at('seen'), at('tools')]
    await mkdir(tools)
    const script = `#!/bin/sh\n/usr/bin/env >> ${seen}\nexec /usr/sbin/$(/usr/bin/basename "$0") "$@"\n`
    for (const program of ['iptables-nft-save', 'nft', 'ufw', 'firewall-cmd'])
      await writeFile(join(tools, program), script, {mode: 0o755})
    const variables = {
      ...{PATH: `${tools}:.:${SYSTEM_PATH}`, HOME: '/home/ann', XDG_CONFIG_HOME: '/home/ann/.config'},
      ...{PYTHONPATH: '/tmp/python', PYTHONSTARTUP: '/tmp/start.py', PERL5LIB: '/tmp/perl'},
      ...{
        XTABLES_LIBDIR: '/tmp/xtables',
        IPTABLES_LIB_DIR: '/tmp',
        DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/tmp/bus',
      },
      ...{BASH_ENV: '/tmp/env', ENV: '/tmp/env', GCONV_PATH: '/tmp', LD_BIND_NOW: '1', LANG: 'de_DE.UTF-8'},
      ...{NODE_OPTIONS: '--no-warnings', AWS_SECRET_ACCESS_KEY: 'hunter2'},
    }
    const result = await lab.source.drsOnboard([...RUN, '--only', 'firewall-443'], {env: variables})
    expect(codesOf(reportOf(result))).toEqual(['firewall-443: pass ok'])
    const names = (await lab.source.must(['cat', seen])).split('\n').map(line => line.split('=')[0])
    // The last one is the shell's own.
    expect([...new Set(names)].filter(Boolean).sort()).toEqual(['LC_ALL', 'PATH', 'PWD'])
    expect(await lab.source.must(['cat', seen])).not.toContain(':.:')
  })

  describe('on a server without CA certificates', () => {
    const hide = (place: string) => lab.source.must(['mount', '-t', 'tmpfs', 'tmpfs', place])

    const runThere = async (...args: readonly string[]) => {
      const result = await lab.source.drsOnboard([...RUN, '--only', 'drs-endpoint', ...args])
      expect(result.stderr).not.toMatch(/OpenSSL|Cannot open|[Ww]arning/)
      return {result, drs: findingsFor(reportOf(result), 'drs-endpoint')}
    }

    afterEach(() => lab.source.must(['sh', '-c', 'umount /etc/ssl/certs || umount /etc/ssl']))

    test.each(['/etc/ssl', '/etc/ssl/certs'])(
      '%s is empty: names the package, and the roots',
      async place => {
        await hide(place)
        const {drs, result} = await runThere()
        expect(drs.map(({status, code}) => `${status} ${code}`)).toEqual(['pass ok', 'warn tls.untrusted'])
        expect(drs[0]?.evidence.tls).toMatchObject({ownRoots: 'missing', roots: [lab.certificates.caFile]})
        expect(drs[1]?.summary).toMatch(/^This server has no CA certificates, so /)
        expect(drs[1]?.nextStep).toContain('Install the package ca-certificates')
        expect(result.code).toBe(0)
      },
    )

    test('names the package where the certificate cannot be verified', async () => {
      await hide('/etc/ssl')
      await lab.source.must(['sh', '-c', 'mkdir /etc/ssl/certs'])
      const result = await runWith({}, '--only', 'drs-endpoint')
      expect(result.stderr).not.toMatch(/OpenSSL|Cannot open|[Ww]arning/)
      const [drs] = findingsFor(reportOf(result), 'drs-endpoint')
      expect(drs).toMatchObject({code: 'tls.untrusted', status: 'fail'})
      expect(drs?.summary).toContain('the package ca-certificates is missing')
      expect(drs?.evidence.tls).toMatchObject({roots: ['Node.js'], ownRoots: 'missing'})
    })

    test('finds certificates that are one by one in a directory', async () => {
      await hide('/etc/ssl')
      await lab.source.must(['sh', '-c', `mkdir /etc/ssl/certs && cp ${at('hashed')}/* /etc/ssl/certs`])
      const result = await runWith({}, '--only', 'drs-endpoint')
      const [drs, ...others] = findingsFor(reportOf(result), 'drs-endpoint')
      expect(drs).toMatchObject({code: 'ok', status: 'pass'})
      expect(drs?.evidence.tls).toMatchObject({roots: ['/etc/ssl/certs'], ownRoots: 'trust'})
      expect(others).toEqual([])
    })
  })
})
