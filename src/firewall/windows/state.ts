import * as z from 'zod'

export const PROFILES = ['domain', 'private', 'public'] as const

export type Profile = (typeof PROFILES)[number]

/** Where rules and settings come from, those that nobody on the host may change first. */
export const STORES = ['groupPolicy', 'mdm', 'local'] as const

export type Store = (typeof STORES)[number]

/** Value name to its text. */
const rules = z.record(z.string(), z.string())

/**
 * Value name to its data: REG_DWORD as number, everything else as text. The value of a key below has that key's name in
 * front: `AuthorizedApplications\\AllowUserPrefMerge`.
 */
const settings = z.record(z.string(), z.union([z.number(), z.string()]))

const profileSettings = z.looseObject({
  local: settings.optional(),
  groupPolicy: settings.optional(),
  mdm: settings.optional(),
})

export type Settings = z.infer<typeof settings>

const port = z.int().min(0).max(65535)

/** Addresses by family; a family that is left out was not captured. */
const addresses = z.looseObject({
  ipv4: z.array(z.string()).optional(),
  ipv6: z.array(z.string()).optional(),
})

/**
 * The firewall of a Windows host as captured from the registry: nothing in it is interpreted. What is left out of a
 * store was not there. Loose: a state written by a later version of this tool may carry more.
 */
export const windowsFirewallState = z.looseObject({
  schemaVersion: z.literal(1),
  platform: z.literal('win32'),
  capturedAt: z.iso.datetime(),
  /** `major.minor.build`. */
  osVersion: z.string(),
  firewallService: z.enum(['running', 'stopped']),
  /** The service that enforces what Windows Firewall decides. Left out: not captured. */
  baseFilteringEngine: z.enum(['running', 'stopped']).optional(),
  rules: z.looseObject({local: rules.optional(), groupPolicy: rules.optional(), mdm: rules.optional()}),
  /** Rules that demand IPsec. Left out: not captured, and judged as if there were none. */
  connectionSecurityRules: z
    .looseObject({local: rules.optional(), groupPolicy: rules.optional(), mdm: rules.optional()})
    .optional(),
  profiles: z.looseObject({
    domain: profileSettings.optional(),
    private: profileSettings.optional(),
    public: profileSettings.optional(),
  }),
  /** The profiles of the networks that the host is connected to; empty: not known. */
  activeProfiles: z.array(z.enum(PROFILES)),
  interfaceProfiles: z.record(z.string(), z.enum(PROFILES)),
  /** Interface name to its addresses with prefix length. */
  interfaces: z.record(z.string(), z.array(z.string())),
  /** `10.0.0.0/8 via 10.9.0.1 dev Ethernet 2 metric 25`, `default via …`; both address families. */
  routes: z.array(z.string()),
  /**
   * GUID of each network adapter to its name and, where that is known, its interface type (IANA ifType). Left out: not
   * captured, which it is where rules or settings name adapters.
   */
  adapters: z.record(z.string(), z.looseObject({name: z.string(), type: z.int().optional()})).optional(),
  /** What the keywords of rules stand for. A keyword that is left out was not captured. */
  servers: z
    .looseObject({dns: addresses.optional(), dhcp: addresses.optional(), wins: addresses.optional()})
    .optional(),
  /** First and last of the TCP ports that the system chooses a connection's own port from. Left out: not captured. */
  dynamicPorts: z
    .looseObject({ipv4: z.tuple([port, port]).optional(), ipv6: z.tuple([port, port]).optional()})
    .optional(),
  /** What environment variables in the paths of programs stand for. */
  environment: z.record(z.string(), z.string()).optional(),
  /**
   * Field (`rules.local`, `profiles.domain.groupPolicy`, `rules.local.<id>`, …) to the reason why it could not be read.
   * An unreadable field is never "no rules".
   */
  unreadable: z.record(z.string(), z.string()).optional(),
})

export type WindowsFirewallState = z.infer<typeof windowsFirewallState>
