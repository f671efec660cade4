import {readSystemFile} from '../../files/read.ts'

/**
 * What the kernel of a Linux host counts about the IP packets of one address family, in the network namespace of this
 * process. Readable without privileges. Names are those of RFC 4293.
 */
export type Counters = {
  readonly ip: ReadonlyMap<string, number>
  /** ICMP or ICMPv6 messages "destination unreachable" received; null where they are not counted. */
  readonly unreachables: number | null
  /** Packets received and sent by interface; a loopback packet counts for both. */
  readonly devices: ReadonlyMap<string, number>
}

/** Null where it cannot be read: not Linux, no /proc. */
export async function readCounters(family: 4 | 6): Promise<Counters | null> {
  try {
    const [ip, devices] = await Promise.all([
      readSystemFile(family === 4 ? '/proc/net/snmp' : '/proc/net/snmp6'),
      readSystemFile('/proc/net/dev'),
    ])
    return {...(family === 4 ? parseSnmp(ip) : parseSnmp6(ip)), devices: parseDevices(devices)}
  } catch {
    return null
  }
}

/** Reads /proc/net/snmp (proc(5)): for each protocol a line of names, then a line of values. */
export function parseSnmp(text: string): Omit<Counters, 'devices'> {
  const of = (protocol: string): ReadonlyMap<string, number> => {
    const prefix = `${protocol}: `
    const [names = [], values = []] = text
      .split('\n')
      .flatMap(line => (line.startsWith(prefix) ? [line.slice(prefix.length).split(' ')] : []))
    return new Map(names.flatMap((name, at) => pair(name, values[at])))
  }
  return {ip: of('Ip'), unreachables: of('Icmp').get('InDestUnreachs') ?? null}
}

/** Reads /proc/net/snmp6: a name and a value on each line. */
export function parseSnmp6(text: string): Omit<Counters, 'devices'> {
  const all = new Map(
    text.split('\n').flatMap(line => {
      const [name = '', value] = line.trim().split(/\s+/)
      return pair(name, value)
    }),
  )
  const ip = [...all].flatMap(([name, value]): [string, number][] =>
    name.startsWith('Ip6') ? [[name.slice(3), value]] : [],
  )
  return {ip: new Map(ip), unreachables: all.get('Icmp6InDestUnreachs') ?? null}
}

/** Reads /proc/net/dev (proc(5)): `eth0: BYTES PACKETS …` with eight columns for what was received, then for sent. */
export function parseDevices(text: string): ReadonlyMap<string, number> {
  const PACKETS_RECEIVED = 1
  const PACKETS_SENT = 9
  return new Map(
    text.split('\n').flatMap(line => {
      const match = /^\s*([^:\s]+):\s*(.+)$/.exec(line)
      const columns = match?.[2]?.trim().split(/\s+/).map(Number) ?? []
      const [received, sent] = [columns[PACKETS_RECEIVED], columns[PACKETS_SENT]]
      if (match?.[1] === undefined || received === undefined || sent === undefined) return []
      return [[match[1], received + sent] as const]
    }),
  )
}

function pair(name: string, value: string | undefined): [string, number][] {
  return value !== undefined && /^-?\d+$/.test(value) ? [[name, Number(value)]] : []
}

/** What happened between two readings. */
export type Moved = {
  /**
   * Packets of this host that its IP layer took on and did not hand to a network device: dropped by a rule, or given to
   * a program that reads a queue. Null where the kernel does not count both (before Linux 6.6), or fragmented some.
   */
  readonly keptBack: number | null
  /** Packets that came in and were neither delivered on this host nor forwarded; null where they cannot be told. */
  readonly notDelivered: number | null
  /** Packets of this host that were thrown away on it, as far as the kernel tells: a queue of an interface, a filter there. */
  readonly discarded: number
  readonly unreachables: number | null
  /** Interfaces that received or sent packets. */
  readonly devices: readonly string[]
}

export function between(before: Counters, after: Counters): Moved {
  const grown = (name: string): number | null => {
    const [first, last] = [before.ip.get(name), after.ip.get(name)]
    return first === undefined || last === undefined ? null : last - first
  }
  // IPv6 has a name of its own for what is forwarded.
  const forwarded = grown('ForwDatagrams') ?? grown('OutForwDatagrams') ?? 0
  const balance = (taken: number | null, passed: number | null, spoilt: number | null): number | null =>
    taken === null || passed === null || (spoilt ?? 0) > 0 ? null : taken + passed
  const minus = (value: number | null): number | null => (value === null ? null : -value)
  const sent = balance(grown('OutRequests'), minus(grown('OutTransmits')), grown('FragCreates'))
  const received = balance(grown('InReceives'), minus(grown('InDelivers')), grown('ReasmReqds'))
  const [first, last] = [before.unreachables, after.unreachables]
  return {
    keptBack: sent === null ? null : sent + forwarded,
    notDelivered: received === null ? null : received - forwarded,
    discarded: grown('OutDiscards') ?? 0,
    unreachables: first === null || last === null ? null : last - first,
    devices: [...after.devices].flatMap(([name, packets]) =>
      packets === before.devices.get(name) ? [] : [name],
    ),
  }
}
