const MATCHES = [
  '-p tcp -m tcp --dport',
  '-p tcp -m conntrack --ctstate NEW -m tcp --dport',
  '-p udp -m udp --dport',
  '-p tcp -m multiport --dports 22,',
] as const

const TARGETS = ['ACCEPT', 'DROP', 'RETURN', 'REJECT --reject-with icmp-port-unreachable'] as const

/** `iptables-save` of that many rules in ten chains that OUTPUT calls; none of them decides on 52.95.110.1. */
export function manyRules(count: number): string {
  const chains = Array.from({length: 10}, (_, at) => `TEAM-${at}`)
  const rules = Array.from({length: count - chains.length}, (_, at) => {
    const net = `10.${(at >>> 8) & 255}.${at & 255}.${(at >>> 16) * 32}/27`
    const port = 1024 + (at % 40_000)
    return `-A TEAM-${at % 10} -d ${net} ${MATCHES[at % 4]}${at % 4 === 3 ? '' : ' '}${port} -j ${TARGETS[(at >>> 2) % 4]}`
  })
  return [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...chains.map(chain => `:${chain} - [0:0]`),
    ...chains.map(chain => `-A OUTPUT -j ${chain}`),
    ...rules,
    'COMMIT',
    '',
  ].join('\n')
}

const addresses = (count: number): string[] =>
  Array.from({length: count}, (_, at) => `11.${(at >>> 15) & 255}.${(at >>> 7) & 255}.${(at & 127) * 2}`)

/** `ipset save` of one set, and rules that look it up. */
export const largeIpset = (count: number) => ({
  ipsetSave: [
    `create blocked hash:ip family inet hashsize 32768 maxelem ${count * 2}`,
    ...addresses(count).map(address => `add blocked ${address}`),
    '',
  ].join('\n'),
  iptablesLegacySave: `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m set --match-set blocked src -j DROP
-A OUTPUT -m set --match-set blocked dst -j DROP
COMMIT
`,
})

/** The same set and rules in the JSON of nft. */
export function largeNftSet(count: number): string {
  const match = (field: string) => ({
    match: {op: '==', left: {payload: {protocol: 'ip', field}}, right: '@blocked'},
  })
  const chain = (name: string, field: string) => [
    {
      chain: {
        family: 'ip',
        table: 't',
        name,
        handle: 1,
        type: 'filter',
        hook: name,
        prio: 0,
        policy: 'accept',
      },
    },
    {rule: {family: 'ip', table: 't', chain: name, handle: 2, expr: [match(field), {drop: null}]}},
  ]
  const [input, output] = [chain('input', 'saddr'), chain('output', 'daddr')]
  return JSON.stringify({
    nftables: [
      {metainfo: {json_schema_version: 1}},
      {table: {family: 'ip', name: 't', handle: 1}},
      {
        set: {
          family: 'ip',
          name: 'blocked',
          table: 't',
          type: 'ipv4_addr',
          handle: 3,
          elem: addresses(count),
        },
      },
      input[0],
      output[0],
      input[1],
      output[1],
    ],
  })
}
