import {rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {AwsFaults, AwsSettings} from './aws-settings.ts'
import {type Certificates, certificateNames, makeCertificates} from './certificates.ts'
import {startDns} from './dns.ts'
import {makeFaultyCertificates} from './faulty-certificates.ts'
import {LabFirewall} from './firewall.ts'
import {LabHost, type Running} from './host.ts'
import {createNamespaces, type Namespaces, type Privileges} from './namespaces.ts'
import {libraryFile, NODE} from './paths.ts'
import {type ProxyOptions, type RunningProxy, startProxy} from './proxy.ts'
import {SourceServer} from './source-server.ts'

export type LabOptions = {
  /** `eu-central-1` unless given. */
  readonly region?: string
  /** Whether AWS's names have IPv6 addresses too; the hosts have them in any case. */
  readonly ipv6?: boolean
  /** Size of the agent installer; 4 MiB unless given. */
  readonly installerBytes?: number
  readonly faults?: AwsFaults
  /** Whether certificates are made that a client must not accept; that takes a second. */
  readonly faultyCertificates?: boolean
  /** Whether a replication server listens on TCP 1500 of the staging host from the start. */
  readonly replicationServer?: boolean
  /** `root` where the tests run as root, else `user`. */
  readonly privileges?: Privileges
}

/** A router, which forwards everything until its firewall is told otherwise. */
export class Router extends LabHost {
  readonly firewall: LabFirewall

  constructor(namespaces: Namespaces) {
    super('router', namespaces)
    this.firewall = new LabFirewall(this)
  }
}

export type Lab = AsyncDisposable & {
  readonly region: string
  readonly privileges: Privileges
  /** Scratch directory that every host sees under the same path; gone after `stop`. */
  readonly directory: string
  readonly certificates: Pick<Certificates, 'caFile' | 'interceptionCaFile'>
  readonly source: SourceServer
  readonly router: Router
  readonly aws: LabHost
  readonly staging: LabHost
  readonly proxy: LabHost
  /** Replaces the faults of the stand-in for AWS; `{}` makes it well again. */
  setFaults(faults: AwsFaults): Promise<void>
  /** Restarts the name server with further arguments of dnsmasq; null only stops it. */
  setDns(extra: readonly string[] | null): Promise<void>
  /** Starts a replication server on the staging host; stopped by `kill()` or with the lab. */
  startReplicationServer(port?: number): Promise<Running>
  startProxy(options?: ProxyOptions): Promise<RunningProxy>
  /** Process ids of the processes that hold the hosts' namespaces. */
  holders(): readonly number[]
  stop(): Promise<void>
}

/**
 * Builds a source server, a router, a stand-in for AWS, a staging area and a proxy host out of network namespaces.
 * Nothing outside them is touched or reached, and nothing is left when the lab or its owner ends.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const {region = 'eu-central-1', ipv6 = false, installerBytes = 4 * 1024 * 1024, faults = {}} = options
  const privileges = options.privileges ?? (process.getuid?.() === 0 ? 'root' : 'user')
  const namespaces = await createNamespaces(privileges)
  const {directory} = namespaces
  try {
    const faultsFile = join(directory, 'faults.json')
    const setFaults = async (next: AwsFaults): Promise<void> => {
      // The server may read at any time: it sees the old file or the new one.
      await writeFile(`${faultsFile}.new`, JSON.stringify(next))
      await rename(`${faultsFile}.new`, faultsFile)
    }
    const host = (name: 'aws' | 'staging' | 'proxy'): LabHost => new LabHost(name, namespaces)
    const [aws, staging, proxy] = [host('aws'), host('staging'), host('proxy')]
    const startReplicationServer = (port = 1500): Promise<Running> =>
      staging.startServer([NODE, libraryFile('tcp-listener.ts'), String(port)], /ready/)
    const startAws = async (): Promise<Certificates> => {
      const certificates = await makeCertificates(directory, certificateNames(region))
      const faulty = options.faultyCertificates
        ? makeFaultyCertificates(join(directory, 'intermediate'), certificateNames(region))
        : {}
      const server = {...certificates.server, ...faulty}
      const settings: AwsSettings = {region, installerBytes, certificates: server, faultsFile}
      const file = join(directory, 'aws.json')
      await Promise.all([writeFile(file, JSON.stringify(settings)), setFaults(faults)])
      await aws.startServer([NODE, libraryFile('aws-server.ts'), file], /ready/)
      return certificates
    }
    let nameServer: Running | null = null
    const setDns = async (extra: readonly string[] | null): Promise<void> => {
      nameServer?.kill()
      await nameServer?.ended
      nameServer = extra && (await startDns(aws, region, {ipv6, extra}))
    }
    const aside = [setDns([]), options.replicationServer ? startReplicationServer() : null]
    const certificates = await finishAll(startAws(), aside)
    return {
      ...{
        region,
        privileges,
        directory,
        certificates,
        aws,
        staging,
        proxy,
        setFaults,
        setDns,
        startReplicationServer,
      },
      source: new SourceServer(namespaces, certificates.caFile),
      router: new Router(namespaces),
      startProxy: (proxyOptions = {}) => startProxy(proxy, directory, proxyOptions),
      holders: namespaces.holders,
      stop: namespaces.stop,
      [Symbol.asyncDispose]: namespaces.stop,
    }
  } catch (error) {
    await namespaces.stop()
    throw error
  }
}

/** Like `Promise.all`, but leaves nothing running behind a failure: it would write into a lab that is being removed. */
async function finishAll<T>(main: Promise<T>, aside: readonly (Promise<unknown> | null)[]): Promise<T> {
  await Promise.allSettled([main, ...aside])
  await Promise.all(aside)
  return main
}
