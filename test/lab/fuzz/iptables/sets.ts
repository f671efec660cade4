/** Sets of every kind that rules refer to, for `ipset restore`. */
export const SETS = `create ips4 hash:ip family inet
add ips4 10.9.0.1
add ips4 52.95.110.1
add ips4 10.9.0.2
create nets4 hash:net family inet
add nets4 10.0.0.0/8
add nets4 10.20.0.0/16 nomatch
add nets4 10.20.7.0/24
create ipport4 hash:ip,port family inet
add ipport4 52.95.110.1,tcp:443
add ipport4 10.20.0.1,tcp:1500
add ipport4 172.16.5.4,udp:443
create netport4 hash:net,port family inet
add netport4 52.95.0.0/16,tcp:443
add netport4 52.95.111.0/24,tcp:443 nomatch
add netport4 10.0.0.0/8,tcp:1500
create ipportip4 hash:ip,port,ip family inet
add ipportip4 10.9.0.2,tcp:443,52.95.110.1
add ipportip4 10.20.0.2,tcp:1500,10.20.0.1
create ipportnet4 hash:ip,port,net family inet
add ipportnet4 10.9.0.2,tcp:443,52.95.0.0/16
add ipportnet4 10.9.0.2,tcp:443,52.95.111.0/24 nomatch
create netiface4 hash:net,iface family inet
add netiface4 52.95.0.0/16,eth0
add netiface4 10.0.0.0/8,eth1
create masked4 hash:ip family inet netmask 16
add masked4 10.20.0.0
create mapped4 bitmap:ip range 10.9.0.0/24
add mapped4 10.9.0.1
create ports bitmap:port range 0-65535
add ports 443
add ports 1500
create list4 list:set
add list4 ips4
add list4 nets4
create ips6 hash:ip family inet6
add ips6 fd09::1
add ips6 2001:db8::5
create nets6 hash:net family inet6
add nets6 2001:db8::/32
add nets6 2001:db8:1::/48 nomatch
create ipport6 hash:ip,port family inet6
add ipport6 2001:db8::5,tcp:443
create list6 list:set
add list6 ips6
add list6 ports
`

export const SET_USES: Readonly<
  Record<4 | 6, readonly {readonly name: string; readonly directions: number}[]>
> = {
  4: [
    {name: 'ips4', directions: 1},
    {name: 'nets4', directions: 1},
    {name: 'ipport4', directions: 2},
    {name: 'netport4', directions: 2},
    {name: 'ipportip4', directions: 3},
    {name: 'ipportnet4', directions: 3},
    {name: 'netiface4', directions: 2},
    {name: 'masked4', directions: 1},
    {name: 'mapped4', directions: 1},
    {name: 'ports', directions: 1},
    {name: 'list4', directions: 1},
  ],
  6: [
    {name: 'ips6', directions: 1},
    {name: 'nets6', directions: 1},
    {name: 'ipport6', directions: 2},
    {name: 'ports', directions: 1},
    {name: 'list6', directions: 1},
  ],
}
