/** What the host's resolver answered for one name. */
export type Resolution =
  | {readonly kind: 'resolved'; readonly addresses: readonly Address[]; readonly ms: number}
  | {
      readonly kind: 'failed'
      readonly code: 'dns.not-found' | 'dns.timeout' | 'dns.server-failure'
      readonly errno: string
      readonly ms: number
    }

export type Address = {readonly address: string; readonly family: 4 | 6}
