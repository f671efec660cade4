import type {LabHost} from './host.ts'

/** The two iptables that a machine may have; both work side by side on every host of the lab. */
export type IptablesBackend = 'legacy' | 'nft'

export type AddressFamily = 'ipv4' | 'ipv6'

const ALTERNATIVES = ['iptables', 'ip6tables'].flatMap(name =>
  ['', '-save', '-restore'].map(end => name + end),
)

/** The host firewall of one machine of the lab. */
export class LabFirewall {
  readonly #host: LabHost
  #backend: IptablesBackend = 'nft'

  constructor(host: LabHost) {
    this.#host = host
  }

  /** Chooses what plain `iptables` stands for on this machine, as `update-alternatives` does; nft at first. */
  async use(backend: IptablesBackend): Promise<void> {
    this.#backend = backend
    for (const name of ALTERNATIVES) {
      const [program, end] = name.split('-')
      const target = `/usr/sbin/${program}-${backend}${end ? `-${end}` : ''}`
      await this.#host.must(['ln', '--symbolic', '--force', target, `/etc/alternatives/${name}`])
    }
  }

  /** Runs `iptables` of the chosen backend, which has to succeed; returns what it printed. */
  iptables(...args: readonly string[]): Promise<string> {
    return this.#host.must([`iptables-${this.#backend}`, ...args])
  }

  /** The same for IPv6. */
  ip6tables(...args: readonly string[]): Promise<string> {
    return this.#host.must([`ip6tables-${this.#backend}`, ...args])
  }

  /** Runs `nft`, which has to succeed; returns what it printed. A script goes in as `input`. */
  nft(args: readonly string[], input?: string): Promise<string> {
    return this.#host.must(['nft', ...args], input === undefined ? {} : {input})
  }

  /** Loads a dump as `iptables-save` prints it; tables that it does not name stay as they are. */
  async restore(dump: string, family: AddressFamily = 'ipv4'): Promise<void> {
    const program = family === 'ipv4' ? 'iptables' : 'ip6tables'
    await this.#host.must([`${program}-${this.#backend}-restore`], {input: dump})
  }

  /**
   * Every rule of every engine, fit for comparing: counters are zero, and comment lines, which carry dates, are gone.
   */
  async save(): Promise<string> {
    const dumps = []
    for (const argv of DUMPS)
      dumps.push(`== ${argv.join(' ')}\n${withoutCounters(await this.#host.must(argv))}`)
    return dumps.join('')
  }
}

const DUMPS = [
  ['iptables-legacy-save'],
  ['ip6tables-legacy-save'],
  ['iptables-nft-save'],
  ['ip6tables-nft-save'],
  ['nft', 'list', 'ruleset'],
  ['ipset', 'save'],
] as const

function withoutCounters(dump: string): string {
  return dump
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .join('\n')
    .replace(/\[\d+:\d+\]/g, '[0:0]')
    .replace(/counter packets \d+ bytes \d+/g, 'counter packets 0 bytes 0')
}
