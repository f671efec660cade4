/** Addresses that rules test, around those that probes go to. */
export const ADDRESSES = {
  4: {
    nets: [
      '10.9.0.1',
      '10.0.0.0/8',
      '10.20.0.0/16',
      '52.95.0.0/16',
      '52.95.110.0/23',
      '52.95.110.1',
      '172.16.0.0/12',
      '0.0.0.0/0',
      '127.0.0.0/8',
      '10.9.0.2',
    ],
    ranges: ['10.9.0.0-10.20.0.255', '52.95.110.1-52.95.111.128'],
    masked: [
      '& 255.0.255.0 == 10.0.0.0',
      '& 0.0.0.1 == 0.0.0.1',
      '& 255.255.0.0 == { 10.20.0.0, 52.95.0.0 }',
      '& 255.0.0.255 != 10.0.0.1',
    ],
  },
  6: {
    nets: ['fd09::1', 'fd00::/8', 'fd20::/64', '2001:db8::/32', '2001:db8::5', '::/0', '::1', 'fd09::2'],
    ranges: ['fd09::-fd20::ffff', '2001:db8::5-2001:db8::9'],
    masked: ['& ffff:ffff:: == fd20::', '& ::1 == ::1'],
  },
} as const

export const SETS = {
  disjoint: {
    4: ['10.9.0.0/24', '10.20.0.0/16', '52.95.110.1', '52.95.111.0-52.95.111.200', '172.16.5.4', '127.0.0.1'],
    6: ['fd09::/64', 'fd20::1', '2001:db8::5', '2001:db8:1::/48', '::1'],
  },
  hosts: {
    4: ['10.9.0.1', '10.9.0.2', '10.20.0.1', '52.95.110.1', '172.16.5.4'],
    6: ['fd09::1', 'fd09::2', 'fd20::1', '2001:db8::5'],
  },
} as const

/** Sets that every table has, and maps whose elements lead to `chains`. */
export function setsFor(family: 4 | 6): string {
  const type = family === 4 ? 'ipv4_addr' : 'ipv6_addr'
  const {disjoint, hosts} = {disjoint: SETS.disjoint[family], hosts: SETS.hosts[family]}
  return `
  set nets { type ${type}; flags interval; elements = { ${disjoint.slice(0, 4).join(', ')} }; }
  set hosts { type ${type}; elements = { ${hosts.slice(1).join(', ')} }; }
  set timed { type ${type}; flags timeout; elements = { ${hosts[3]} timeout 1d comment "banned, for now", ${hosts[0]} }; }
  set ports { type inet_service; elements = { 22, 443 }; }
  set portranges { type inet_service; flags interval; elements = { 80, 1000-3000 }; }
  set pairs { type ${type} . inet_service; elements = { ${hosts[3]} . 443, ${hosts[2]} . 1500 }; }
  set netpairs { type ${type} . inet_service; flags interval; elements = { ${disjoint[0]} . 443, ${disjoint[1]} . 1-1024, ${disjoint[2]} . 1500, ${disjoint[3]} . 443-1500 }; }
  set markpairs { type mark . inet_service; elements = { 0x1 . 443, 0x0 . 1500 }; }
  set filled { type ${type}; size 100; flags dynamic; elements = { ${hosts[3]}, ${hosts[1]} }; }
  set ifs { type ifname; elements = { "lo", "eth1" }; }
  map addressverdicts { type ${type} : verdict; flags interval; }
  map portverdicts { type inet_service : verdict; }
  map pairverdicts { type ${type} . inet_service : verdict; flags interval; }
  map marks { type inet_service : mark; elements = { 443 : 0x1, 1500 : 0x12 }; }
`
}
