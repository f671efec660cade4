import type {HostFacts} from '../../contract/host.ts'
import type {InstallerGeneration} from '../../regions/endpoints.ts'

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
