import type {InstallerGeneration} from './endpoints.ts'

/**
 * Object keys of the agent installers. The hash bucket holds each under the same key with `.sha512` appended.
 * Sources: https://docs.aws.amazon.com/drs/latest/userguide/linux-agent.html and `windows-agent.html`.
 */
export const INSTALLER_KEYS: Readonly<Record<InstallerGeneration, string>> = {
  linux: 'latest/linux/aws-replication-installer-init',
  windows: 'latest/windows/AwsReplicationWindowsInstaller.exe',
  'windows-2012': 'latest/windows_legacy/windows_2012_legacy/AwsReplicationWindows2012LegacyInstaller.exe',
  'windows-2008': 'latest/windows_legacy/AwsReplicationWindowsLegacyInstaller.exe',
}

export const hashKey = (installerKey: string): string => `${installerKey}.sha512`
