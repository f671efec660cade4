import type {Endpoints, InstallerGeneration} from '../../aws/endpoints.ts'
import {allowStatement} from '../../aws/policy.ts'
import {UserError} from '../../contract/errors.ts'
import type {InstallerEvidence} from '../../contract/evidence.ts'
import type {Finding} from '../../contract/finding.ts'
import type {HostFacts} from '../../contract/host.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import type {PartialFile} from '../../platform/network/download/partial-file.ts'
import type {Check, CheckContext} from '../check.ts'
import {finding} from '../finding.ts'
import {alongside} from '../path/alongside.ts'
import {isFinding} from '../path/approach.ts'
import {blameDownload} from '../path/blame/path.ts'
import {firstFailure, unknownName, waitingFinding} from '../path/not-tested.ts'
import {hostFirewallBlock} from '../path/probe-endpoint.ts'
import {type Arrival, fetchDigest, fetchInstaller} from './fetch.ts'
import {judgeDownload, tellDownload} from './judge.ts'

/** The agent installer for this host: downloaded whole, and held against the digest that AWS publishes. */
export const installerDownload: Check = {
  id: 'installer-download',
  needs: ['firewall-443', 's3-buckets'],
  needsRegion: true,
  startsFirst: true,
  timeoutMs: () => null,
  async run(context) {
    const {endpoints} = context
    if (!endpoints) throw new Error('installer-download needs a Region')
    const generation = installerGeneration(await context.reader.host())
    const {fileName, url, hashUrl} = endpoints.installer(generation)
    if (url === null || hashUrl === null) {
      return [unknownName('installer-download', `installer: ${fileName}`, endpoints.region)]
    }
    try {
      const verified = await alongside(context, blockedBy(context, [url, hashUrl]), bounded =>
        verify(bounded, endpoints.region.code, {fileName, url, hashUrl}),
      )
      if (verified.kind === 'done') {
        return verified.value.map(found =>
          withMissingStatement(found, new URL(found.target ?? url).hostname, endpoints),
        )
      }
      return [waitingFinding('installer-download', url, verified.cause)]
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return [finding('installer-download', 'check.crashed', {target: url, summary: error.message})]
    }
  },
}

async function blockedBy(context: CheckContext, urls: readonly string[]): Promise<Finding | undefined> {
  const hosts = urls.map(url => new URL(url).hostname)
  const byFirewall = await Promise.all(hosts.map(host => hostFirewallBlock(context, host)))
  const blocked = byFirewall.find(found => found !== undefined)
  if (blocked) return blocked
  const buckets = await context.earlier('s3-buckets')
  return firstFailure(buckets.filter(({target}) => target !== null && hosts.includes(target)))
}

type Installer = {readonly fileName: string; readonly url: string; readonly hashUrl: string}

/** Fetches both objects side by side. Nothing is left behind unless the installer is verified. */
async function verify(
  context: CheckContext,
  region: string,
  installer: Installer,
): Promise<readonly Finding[]> {
  const {fileName, url, hashUrl} = installer
  const file = await openFile(context, fileName)
  const stop = new AbortController()
  const bounded = {...context, signal: AbortSignal.any([context.signal, stop.signal])}
  const digest = fetchDigest(bounded, hashUrl, region)
  const arrival = fetchInstaller(bounded, url, region, file)
  digest.then(
    found => typeof found !== 'string' && isAboutObject(found) && stop.abort(),
    () => stop.abort(),
  )
  try {
    const [expected, got] = await Promise.allSettled([digest, arrival])
    context.signal.throwIfAborted()
    if (expected.status === 'rejected') throw expected.reason
    if (typeof expected.value !== 'string') {
      return got.status === 'fulfilled' && isFinding(got.value)
        ? [got.value, expected.value]
        : [expected.value]
    }
    if (got.status === 'rejected') throw got.reason
    if (isFinding(got.value)) return [got.value]
    return [await compare(context, installer, got.value, expected.value, file)]
  } finally {
    await file?.discard()
  }
}

/**
 * Whether a hash object was reached but is of no use: then there is nothing to hold the installer against, and the rest
 * of it need not come. A path that is broken below HTTP is the installer's own finding too.
 */
function isAboutObject({evidence}: Finding): boolean {
  return evidence.layers === undefined || evidence.layers.at(-1)?.layer === 'http'
}

async function compare(
  context: CheckContext,
  {fileName, url}: Installer,
  {download, evidence, port}: Arrival,
  expected: string,
  file: PartialFile | null,
): Promise<Finding> {
  const verdict = judgeDownload(fileName, download, expected, context.options.timeoutMs)
  const host = new URL(url).hostname
  const placed = await blameDownload(context, {host, port}, download.path, verdict.code)
  const told = tellDownload(verdict, {host, port}, placed)
  const storedAs = verdict.code === 'ok' && file ? await file.keep(download.sha512) : null
  return finding('installer-download', told.code, {
    target: url,
    ...(told.owner && {owner: told.owner}),
    summary: storedAs === null ? told.summary : `${verdict.summary} Saved as ${storedAs}.`,
    nextStep: told.nextStep,
    evidence: {
      ...evidence,
      ...told.evidence,
      url,
      bytes: download.received,
      sha512: {expected, actual: download.end === 'whole' ? download.sha512 : null},
      connections: download.connections,
      storedAs,
    } satisfies InstallerEvidence,
    durationMs: download.ms,
  })
}

async function openFile({options, holdInstaller}: CheckContext, name: string): Promise<PartialFile | null> {
  if (options.outputInstaller === null) return (await holdInstaller?.(name)) ?? null
  const {beginPartialFile} = await import('../../platform/network/download/partial-file.ts')
  return await beginPartialFile(options.outputInstaller, name)
}

/**
 * The build of the agent installer for a host. Windows versions: 6.0 and 6.1 are Server 2008 and 2008 R2, 6.2 and 6.3
 * Server 2012 and 2012 R2, 10.0 everything since.
 * Sources: https://docs.aws.amazon.com/drs/latest/userguide/windows-agent.html,
 * https://learn.microsoft.com/en-us/windows/win32/sysinfo/operating-system-version
 */
export function installerGeneration({
  platform,
  osVersion,
}: Pick<HostFacts, 'platform' | 'osVersion'>): InstallerGeneration {
  if (platform === 'linux') return 'linux'
  const [major = 10, minor = 0] = osVersion.split('.').map(Number)
  if (major >= 10) return 'windows'
  return major === 6 && minor >= 2 ? 'windows-2012' : 'windows-2008'
}

/**
 * S3 lets everybody read the installer, so a refusal is somebody's policy: as a rule that of the VPC endpoint on the
 * way. Adds the statement that it must hold.
 */
export function withMissingStatement(found: Finding, host: string, {region, buckets}: Endpoints): Finding {
  const bucket = buckets.find(each => each.host === host)
  if (found.code !== 's3.access-denied' || !bucket || bucket.bucket === null) return found
  const statement = allowStatement(region, [{purpose: bucket.purpose, name: bucket.bucket}])
  return {
    ...found,
    nextStep: `Ask the AWS account administrators to add this statement to the policy of the S3 VPC endpoint: ${JSON.stringify(statement)}; \`${ownCommandText('policy', '--region', region.code)}\` prints the complete policy.`,
    evidence: {...found.evidence, missingStatement: statement},
  }
}
