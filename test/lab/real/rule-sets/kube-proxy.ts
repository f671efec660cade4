import {createHash} from 'node:crypto'
import {type RealRuleSet, restoring} from '../real-rule-set.ts'

type Service = {
  readonly name: string
  readonly clusterIp: string
  readonly port: number
  readonly endpoints: readonly string[]
}

const SERVICES: readonly Service[] = [
  {name: 'default/kubernetes:https', clusterIp: '10.96.0.1', port: 443, endpoints: ['10.20.0.10:6443']},
  {name: 'shop/checkout:https', clusterIp: '10.96.0.2', port: 443, endpoints: []},
  {
    name: 'shop/cart:https',
    clusterIp: '10.96.0.3',
    port: 443,
    endpoints: ['10.20.0.10:443', '10.20.7.7:443'],
  },
  ...Array.from({length: 40}, (_, at) => ({
    name: `team-${at % 7}/service-${at}:http`,
    clusterIp: `10.96.1.${at}`,
    port: 8080 + (at % 3),
    endpoints: Array.from({length: at % 5}, (_, pod) => `10.244.${pod}.${at + 2}:8080`),
  })),
]

/** kube-proxy's chain names end in the beginning of a digest in base 32. */
function chainName(prefix: 'SVC' | 'SEP', of: string): string {
  const digest = createHash('sha256').update(of).digest()
  const letters = [...digest.subarray(0, 16)].map(byte =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte & 31),
  )
  return `KUBE-${prefix}-${letters.join('')}`
}

const withEndpoints = SERVICES.filter(({endpoints}) => endpoints.length > 0)
const endpointChain = ({name}: Service, endpoint: string) => chainName('SEP', `${name} ${endpoint}`)
const serviceChain = ({name}: Service) => chainName('SVC', name)
const comment = (text: string) => `-m comment --comment "${text}"`

const declarations = withEndpoints.flatMap(service => [
  `:${serviceChain(service)} - [0:0]`,
  ...service.endpoints.map(endpoint => `:${endpointChain(service, endpoint)} - [0:0]`),
])

const dispatch = withEndpoints.map(
  service =>
    `-A KUBE-SERVICES -d ${service.clusterIp}/32 -p tcp ${comment(`${service.name} cluster IP`)} -m tcp --dport ${service.port} -j ${serviceChain(service)}`,
)

const balancing = withEndpoints.flatMap(service => {
  const {name, clusterIp, port, endpoints} = service
  const chain = serviceChain(service)
  return [
    `-A ${chain} ! -s 10.244.0.0/16 -d ${clusterIp}/32 -p tcp ${comment(`${name} cluster IP`)} -m tcp --dport ${port} -j KUBE-MARK-MASQ`,
    ...endpoints.map((endpoint, at) => {
      const left = endpoints.length - at
      const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : ''
      return `-A ${chain} ${comment(`${name} -> ${endpoint}`)}${chance} -j ${endpointChain(service, endpoint)}`
    }),
    ...endpoints.flatMap(endpoint => [
      `-A ${endpointChain(service, endpoint)} -s ${endpoint.split(':')[0]}/32 ${comment(name)} -j KUBE-MARK-MASQ`,
      `-A ${endpointChain(service, endpoint)} -p tcp ${comment(name)} -m tcp -j DNAT --to-destination ${endpoint}`,
    ]),
  ]
})

const refused = SERVICES.filter(({endpoints}) => endpoints.length === 0).map(
  ({name, clusterIp, port}) =>
    `-A KUBE-SERVICES -d ${clusterIp}/32 -p tcp ${comment(`${name} has no endpoints`)} -m tcp --dport ${port} -j REJECT --reject-with icmp-port-unreachable`,
)

const dump = (output: string): string => `*mangle
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-IPTABLES-HINT - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-EXTERNAL-SERVICES - [0:0]
:KUBE-FIREWALL - [0:0]
:KUBE-FORWARD - [0:0]
:KUBE-KUBELET-CANARY - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-PROXY-FIREWALL - [0:0]
:KUBE-SERVICES - [0:0]
-A INPUT -m conntrack --ctstate NEW ${comment('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL
-A INPUT ${comment('kubernetes health check service ports')} -j KUBE-NODEPORTS
-A INPUT -m conntrack --ctstate NEW ${comment('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES
-A INPUT -j KUBE-FIREWALL
-A FORWARD -m conntrack --ctstate NEW ${comment('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL
-A FORWARD ${comment('kubernetes forwarding rules')} -j KUBE-FORWARD
-A FORWARD -m conntrack --ctstate NEW ${comment('kubernetes service portals')} -j KUBE-SERVICES
-A OUTPUT -m conntrack --ctstate NEW ${comment('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL
-A OUTPUT -m conntrack --ctstate NEW ${comment('kubernetes service portals')} -j KUBE-SERVICES
-A OUTPUT -j KUBE-FIREWALL
${output}-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 ${comment('block incoming localnet connections')} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD ${comment('kubernetes forwarding rules')} -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD ${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
${refused.join('\n')}
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SERVICES - [0:0]
${declarations.join('\n')}
-A PREROUTING ${comment('kubernetes service portals')} -j KUBE-SERVICES
-A OUTPUT ${comment('kubernetes service portals')} -j KUBE-SERVICES
-A POSTROUTING ${comment('kubernetes postrouting rules')} -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING ${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully
${dispatch.join('\n')}
-A KUBE-SERVICES ${comment('kubernetes service nodeports; NOTE: this must be the last rule in this chain')} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
${balancing.join('\n')}
COMMIT
`

const ASKED = ['10.96.0.1 443', '10.96.0.2 443', '10.96.0.3 443']

/** In iptables mode, with some dozens of services. */
export const KUBE_PROXY: readonly RealRuleSet[] = [
  {name: 'kube-proxy', alsoAsk: ASKED, load: restoring('nft', dump(''))},
  {
    name: 'kube-proxy-legacy-pod-blocked',
    undecided: ['10.96.0.3 443'],
    alsoAsk: ASKED,
    load: restoring(
      'legacy',
      dump('-A OUTPUT -d 10.20.7.7/32 -j DROP\n-A OUTPUT -p tcp --dport 6443 -j DROP\n'),
    ),
  },
]
