export type TargetName = 'stagingSubnet' | 'replicationServer'

export const TARGET_FIELDS: Record<
  TargetName,
  {readonly label: string; readonly placeholder: string; readonly example: string}
> = {
  stagingSubnet: {
    label: 'Staging area subnet (CIDR)',
    placeholder: 'empty: any address',
    example: 'Example: 10.20.0.0/24',
  },
  replicationServer: {
    label: 'Replication server (HOST or HOST:PORT)',
    placeholder: 'empty: TCP 1500 is not tested',
    example: 'Example: 10.20.0.15 or 10.20.0.15:1500',
  },
}
