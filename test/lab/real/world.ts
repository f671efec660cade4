import type {LinuxFirewallState} from '../../../src/firewall/state/state.ts'
import {LabHost} from '../lib/host.ts'
import {introduce} from '../lib/introduce.ts'
import {createNamespaces, type Privileges} from '../lib/namespaces.ts'
import {NODE} from '../lib/paths.ts'
import {SourceServer} from '../lib/source-server.ts'
import {hasIpv6} from '../lib/topology.ts'
import type {Answered, Question, User} from './ask.ts'

/** Ports that echo on every peer, and on the source server itself for what is redirected to it. */
export const PORTS = [22, 80, 443, 1500, 3260, 6443, 8443, 15001] as const

/** Addresses that answer: the internet is played by the lab's proxy host. */
export const PEERS = {
  internet: {ipv4: '52.95.110.1', ipv6: '2600:1f18::5'},
  staging: {ipv4: '10.20.0.10', otherIpv4: '10.20.7.7', ipv6: 'fd00:20::10'},
  /** Where clouds keep instance metadata and volumes: RFC 3927. */
  linkLocal: {metadata: '169.254.169.254', volumes: '169.254.0.2'},
} as const

export type World = AsyncDisposable & {
  readonly source: SourceServer
  readonly privileges: Privileges
  /** The firewall of the source server, captured on it by the product's own code. */
  capture(): Promise<LinuxFirewallState>
  /**
   * Connects from the source server as this user and exchanges a byte; whether one came back, in order. Neighbours of
   * IPv6 do not know one another before each connection, unless they do for good.
   */
  exchange(user: User, questions: readonly Question[]): Promise<readonly boolean[]>
}

export type WorldOptions = {
  /** IPv6 neighbours know one another for good, and never have to be found. */
  readonly introduced?: boolean
  /** Further addresses that answer, besides those of `PEERS` and of the lab's AWS. */
  readonly alsoAnswering?: readonly string[]
}

/** A source server with peers that echo, on networks of their own; nothing runs on it but what a test starts. */
export async function startWorld({introduced = false, alsoAnswering}: WorldOptions = {}): Promise<World> {
  const privileges: Privileges = process.getuid?.() === 0 ? 'root' : 'user'
  const namespaces = await createNamespaces(privileges)
  try {
    const [internet, staging, aws, router] = (['proxy', 'staging', 'aws', 'router'] as const).map(
      name => new LabHost(name, namespaces),
    ) as [LabHost, LabHost, LabHost, LabHost]
    const source = new SourceServer(namespaces, '')
    await Promise.all([
      configure(internet, [
        `address add ${PEERS.internet.ipv4}/32 dev lo`,
        ...Object.values(PEERS.linkLocal).map(address => `address add ${address}/32 dev lo`),
        ...ifIpv6(`address add ${PEERS.internet.ipv6}/128 dev lo`),
        ...(alsoAnswering ?? []).map(address => `address add ${address}/32 dev lo`),
      ]),
      configure(staging, [`address add ${PEERS.staging.otherIpv4}/16 dev eth0`]),
      configure(router, [
        'route add 52.95.0.0/16 via 10.30.0.8',
        'route add 169.254.0.0/16 via 10.30.0.8',
        ...ifIpv6('route add 2600:1f18::/32 via fd00:30::8'),
        ...(alsoAnswering ?? []).map(address => `route add ${address}/32 via 10.30.0.8`),
      ]),
    ])
    if (hasIpv6() && introduced) await introduce(source, router)
    await Promise.all(
      [internet, staging, source, ...(alsoAnswering ? [aws] : [])].map(host =>
        host.startServer([NODE, fileHere('echo.ts'), ...PORTS.map(String)], /ready/),
      ),
    )
    const forget = async () => {
      if (hasIpv6()) await Promise.all([forgetNeighbours(source, 'eth0'), forgetNeighbours(router, 'source')])
    }
    const ask = async (user: User, questions: readonly Question[]): Promise<Answered> => {
      if (questions.length === 0) return []
      return JSON.parse(
        await source.must([NODE, fileHere('ask.ts'), JSON.stringify(user), JSON.stringify(questions)]),
      ) as Answered
    }
    return {
      source,
      privileges,
      capture: async () => {
        await forget()
        return JSON.parse(await source.must([NODE, fileHere('print-state.ts')])) as LinuxFirewallState
      },
      exchange: async (user, questions) => {
        const answers = new Map<Question, boolean>()
        const needsNeighbours = ({to}: Question) => to.includes(':') && !to.startsWith('::ffff:')
        const together = questions.filter(question => !needsNeighbours(question))
        for (const [at, answer] of (await ask(user, together)).entries()) {
          const question = together[at]
          if (question) answers.set(question, answer)
        }
        for (const question of questions.filter(needsNeighbours)) {
          await forget()
          const [answer = false] = await ask(user, [question])
          answers.set(question, answer)
        }
        return questions.map(question => answers.get(question) ?? false)
      },
      [Symbol.asyncDispose]: namespaces.stop,
    }
  } catch (error) {
    await namespaces.stop()
    throw error
  }
}

async function configure(host: LabHost, batch: readonly string[]): Promise<void> {
  await host.must(['ip', '-batch', '-'], {input: `${batch.join('\n')}\n`})
}

/** Permanent entries stay. */
async function forgetNeighbours(host: LabHost, device: string): Promise<void> {
  await host.must(['ip', '-6', 'neighbour', 'flush', 'dev', device])
}

const ifIpv6 = (line: string): string[] => (hasIpv6() ? [line] : [])

const fileHere = (name: string): string => `${import.meta.dirname}/${name}`
