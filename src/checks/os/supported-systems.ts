/**
 * Operating systems that the AWS Replication Agent supports, as dated data.
 * Source: AWS DRS User Guide, "Supported operating systems" (Linux), August 2026, and its installation requirements.
 */
export const SUPPORT_DATA_DATE = '2026-08'
export const SUPPORT_DATA_SOURCE =
  'https://docs.aws.amazon.com/drs/latest/userguide/Supported-Operating-Systems-Linux.html'

/** The newest kernel of the table; later ones may work, AWS does not say so. */
export const NEWEST_KERNEL = '6.14'

export type VersionRange = {
  readonly from: string
  readonly to: string
  /** Day (UTC) on which AWS ends support for the range. */
  readonly endsOn?: string
  /** Newest kernel for this range where it is not `NEWEST_KERNEL`. */
  readonly newestKernel?: string
  readonly note?: string
}

export type SupportedSystem = {
  /** ID values of os-release(5). */
  readonly ids: readonly string[]
  readonly name: string
  /** Versions before this one are known not to be supported; versions in no range are unknown. */
  readonly unsupportedBefore?: string
  readonly versions: readonly VersionRange[]
  /** Kernel release patterns that AWS excludes. */
  readonly excludedKernel?: {readonly pattern: RegExp; readonly why: string}
}

export const SUPPORTED_SYSTEMS: readonly SupportedSystem[] = [
  {
    ids: ['amzn'],
    name: 'Amazon Linux',
    versions: [
      {from: '2016.09', to: '2018.03', note: 'supported only for recovery from AWS to AWS'},
      {from: '2', to: '2'},
      {from: '2023', to: '2023', newestKernel: '6.12'},
    ],
  },
  {
    ids: ['rhel'],
    name: 'Red Hat Enterprise Linux',
    unsupportedBefore: '6.0',
    versions: [{from: '6.0', to: '10.1'}],
  },
  {
    ids: ['centos'],
    name: 'CentOS',
    unsupportedBefore: '6.0',
    versions: [
      {from: '6.0', to: '6.10', endsOn: '2026-08-28'},
      {from: '7.0', to: '8.0'},
    ],
  },
  {
    ids: ['ol'],
    name: 'Oracle Linux',
    unsupportedBefore: '6.0',
    versions: [
      {from: '6.0', to: '6.10', endsOn: '2026-08-28'},
      {from: '7.0', to: '7.0'},
      {from: '8.5', to: '8.10'},
      {from: '9.0', to: '9.8'},
    ],
  },
  {
    ids: ['rocky'],
    name: 'Rocky Linux',
    unsupportedBefore: '8.0',
    versions: [
      {from: '8.0', to: '8.10'},
      {from: '9.7', to: '9.7'},
    ],
  },
  {
    ids: ['sles', 'sles_sap'],
    name: 'SUSE Linux Enterprise Server',
    unsupportedBefore: '11.4',
    versions: [
      {from: '11.4', to: '11.4', endsOn: '2026-08-28'},
      {from: '12.0', to: '15.5'},
    ],
  },
  {
    ids: ['ubuntu'],
    name: 'Ubuntu',
    unsupportedBefore: '12.04',
    versions: [
      {from: '12.04', to: '12.04', endsOn: '2026-08-20'},
      {from: '14.04', to: '24.04'},
    ],
    excludedKernel: {pattern: /-azure$/, why: 'AWS excludes the -azure kernels of Ubuntu'},
  },
  {ids: ['debian'], name: 'Debian', unsupportedBefore: '10', versions: [{from: '10', to: '13'}]},
]
