import type {RealRuleSet} from '../real-rule-set.ts'
import {CALICO} from './calico.ts'
import {CLOUD_IMAGES} from './cloud-images.ts'
import {CONTAINERS} from './containers.ts'
import {CORPORATE} from './corporate.ts'
import {CSF} from './csf.ts'
import {FIREWALLD} from './firewalld.ts'
import {HARDENING} from './hardening.ts'
import {INTRUSION} from './intrusion.ts'
import {KUBE_PROXY} from './kube-proxy.ts'
import {NEIGHBOURS} from './neighbours.ts'
import {NFTABLES_CONF} from './nftables-conf.ts'
import {UFW} from './ufw.ts'

export const RULE_SETS: readonly RealRuleSet[] = [
  ...UFW,
  ...FIREWALLD,
  ...CONTAINERS,
  ...KUBE_PROXY,
  ...INTRUSION,
  ...CSF,
  ...HARDENING,
  ...CLOUD_IMAGES,
  ...CALICO,
  ...CORPORATE,
  ...NFTABLES_CONF,
  ...NEIGHBOURS,
]
